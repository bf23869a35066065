import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { apiResource, discoverTables } from '@lakescope/web-api';
import { Breadcrumbs, EmptyState, formatCount, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Places } from '../preferences/places';
import { PageTitle } from '../shell/page-title';
import { type FolderEntry, folderContents } from './folder-contents';
import { FolderTable } from './folder-table';
import { PathBar } from './path-bar';
import { type EntryOrder, orderFrom, orderText, sortEntries } from './sort-entries';
import { ancestorsOf, levelOf, nameOf, parentOf, volumePath, volumesRoot } from './volume-path';

const DELTA_LOG = '_delta_log';

/** Catalogs, schemas, volumes and directories as one tree of folders. */
@Component({
  selector: 'ls-files-page',
  imports: [Breadcrumbs, EmptyState, FolderTable, MatButton, Notice, PathBar, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './files-page.html',
  styleUrl: './files-page.css',
})
export class FilesPage {
  /** Query parameters. */
  readonly path = input<string>();
  readonly sort = input<string>();

  private readonly router = inject(Router);
  private readonly places = inject(Places);
  private readonly title = inject(PageTitle);

  protected readonly here = computed(() => volumePath(this.path() ?? '') ?? volumesRoot);
  /** What the link asks for and cannot be understood. */
  protected readonly unreadablePath = computed(() => {
    const text = this.path();
    return text && volumePath(text) === undefined ? text : undefined;
  });
  protected readonly name = computed(() => (this.here() === volumesRoot ? $localize`Files` : nameOf(this.here())));
  protected readonly parent = computed(() => parentOf(this.here()));
  protected readonly level = computed(() => levelOf(this.here()));
  protected readonly crumbs = computed(() =>
    ancestorsOf(this.here()).map((path) => ({ label: nameOf(path), link: '/files', query: { path } })),
  );
  protected readonly order = computed(() => orderFrom(this.sort()));
  protected readonly contents = folderContents(this.here);
  protected readonly entries = computed(() => sortEntries(this.contents.items(), this.order()));
  protected readonly isTable = computed(() =>
    this.contents.items().some(({ kind, name }) => kind === 'directory' && name === DELTA_LOG),
  );
  protected readonly count = computed(() => {
    const count = formatCount(this.contents.items().length);
    return this.contents.hasMore() ? $localize`first ${count}:count: entries` : $localize`${count}:count: entries`;
  });

  /** Which of the folders here are tables. Only marks rows: without the answer the list is as useful as any. */
  private readonly discovered = apiResource(discoverTables, () =>
    this.level() === 'folder' && !this.isTable() && this.contents.items().some(isDirectory)
      ? { body: { source: { kind: 'volume' as const, path: this.here() }, max_depth: 1, limit: 500 } }
      : undefined,
  );
  protected readonly tables = computed(
    () => new Set((this.discovered.value()?.items ?? []).map(({ path }) => path)) as ReadonlySet<string>,
  );

  constructor() {
    effect(() => {
      const path = this.here();
      if (path === volumesRoot || this.contents.isLoading() || this.contents.problem()) return;
      untracked(() => {
        this.title.name(nameOf(path), $localize`Files`);
        this.places.visit({ kind: 'files', path });
      });
    });
  }

  protected open(path: string): void {
    void this.router.navigate(['/files'], { queryParams: { path } });
  }

  protected reorder(order: EntryOrder): void {
    void this.router.navigate(['/files'], {
      queryParams: { sort: orderText(order) },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}

function isDirectory({ kind }: FolderEntry): boolean {
  return kind === 'directory';
}
