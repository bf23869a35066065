import { Component, computed, effect, inject, signal, untracked, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiResource, discoverTables, getFileContent } from '@lakescope/web-api';
import { Breadcrumbs, EmptyState, formatBytes, formatCount, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { type EntryLinks, FileList } from '../entry-list/file-list';
import { visibleName } from '../entry-list/file-name';
import { type FolderEntry } from '../entry-list/folder-entry';
import { PathBar } from '../entry-list/path-bar';
import { PreviewPane } from '../entry-list/preview-pane';
import { only } from '../entry-list/selection';
import { Places } from '../preferences/places';
import { PageTitle } from '../shell/page-title';
import { FilePathCheck } from './file-path-check';
import { FolderView } from './folder-view';
import { FileActions } from './manage/file-actions';
import { FolderToolbar } from './manage/folder-toolbar';
import { FilePreview } from './preview/file-preview';
import { DropZone } from './upload/drop-zone';
import { ancestorsOf, nameOf, volumesRoot } from './volume-path';

const DELTA_LOG = '_delta_log';
/** So many entries are read at once when somebody asks for all of them; then they are asked again. */
const MOST_AT_ONCE = 10_000;

/** Catalogs, schemas, volumes and directories as one tree of folders, and a file manager in those that hold files. */
@Component({
  selector: 'ls-files-page',
  imports: [
    Breadcrumbs,
    DropZone,
    EmptyState,
    FileList,
    FilePreview,
    FolderToolbar,
    MatButton,
    Notice,
    PathBar,
    PreviewPane,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  providers: [FolderView, FileActions, FilePathCheck],
  templateUrl: './files-page.html',
  styleUrls: ['../entry-list/entries-page.css', './files-page.css'],
})
export class FilesPage {
  private readonly places = inject(Places);
  private readonly title = inject(PageTitle);
  private readonly list = viewChild(FileList);

  protected readonly view = inject(FolderView);
  protected readonly actions = inject(FileActions);
  private readonly pathCheck = inject(FilePathCheck);

  protected readonly name = computed(() =>
    this.view.here() === volumesRoot ? $localize`Files` : visibleName(nameOf(this.view.here())),
  );
  protected readonly crumbs = computed(() =>
    ancestorsOf(this.view.here()).map((path) => ({
      label: visibleName(nameOf(path)),
      link: '/files',
      query: { path },
    })),
  );
  protected readonly isTable = computed(() =>
    this.view.listed().some(({ kind, name }) => kind === 'directory' && name === DELTA_LOG),
  );
  protected readonly links = linksOf;
  /** The folder that something dragged over the page would fall into. */
  protected readonly dropTarget = signal<string | undefined>(undefined);
  protected readonly dropName = computed(() => visibleName(nameOf(this.dropTarget() ?? this.view.here())));
  protected readonly isLoadingAll = signal(false);
  protected readonly refused = computed(() => this.actions.undeleted()[0]);
  protected readonly othersRefused = computed(() =>
    this.actions
      .undeleted()
      .slice(1)
      .map(({ entry, problem }) => ({ name: visibleName(entry.name), detail: problem.detail })),
  );
  protected readonly count = computed(() => {
    const { listed, entries, contents, filter } = this.view;
    const all = formatCount(listed().length);
    const whole = listed().length === 1 ? $localize`1 entry` : $localize`${all}:count: entries`;
    const known = contents.hasMore() ? $localize`first ${all}:count: entries` : whole;
    return filter().trim() === ''
      ? known
      : $localize`${formatCount(entries().length)}:matching: of the ${known}:known:`;
  });
  protected readonly choice = computed(() => {
    const chosen = this.view.chosen();
    if (chosen.length === 0) return undefined;
    const count = formatCount(chosen.length);
    const bytes = chosen.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    return bytes > 0
      ? $localize`${count}:count: chosen, ${formatBytes(bytes)}:size:`
      : $localize`${count}:count: chosen`;
  });

  /** Which of the folders here are tables. Only marks rows: without the answer the list is as useful as any. */
  private readonly discovered = apiResource(discoverTables, () =>
    this.view.level() === 'folder' && !this.isTable() && this.view.contents.items().some(isDirectory)
      ? { body: { source: { kind: 'volume' as const, path: this.view.here() }, max_depth: 1, limit: 500 } }
      : undefined,
  );
  protected readonly tables = computed(
    () => new Set((this.discovered.latest()?.items ?? []).map(({ path }) => path)) as ReadonlySet<string>,
  );
  protected readonly isWaiting = computed(
    () => this.view.contents.isLoading() && this.view.contents.items().length === 0,
  );

  constructor() {
    effect(() => {
      const path = this.view.here();
      if (path === volumesRoot || this.isWaiting() || this.view.contents.problem()) return;
      untracked(() => {
        this.title.name(visibleName(nameOf(path)), $localize`Files`);
        this.places.visit({ kind: 'files', path });
      });
    });
    effect(() => {
      const list = this.list();
      if (list && !this.isWaiting() && this.view.entries().length > 0) untracked(() => this.standWhereExpected(list));
    });
    this.pathCheck.watch();
  }

  protected loadMore(): void {
    // A filter that matches little would otherwise read on and on by itself.
    if (this.view.filter().trim() === '' && !this.view.contents.isLoadingMore()) void this.view.contents.loadMore();
  }

  protected async loadAll(): Promise<void> {
    const { contents } = this.view;
    const here = this.view.here();
    const most = contents.items().length + MOST_AT_ONCE;
    this.isLoadingAll.set(true);
    while (contents.hasMore() && !contents.problem() && contents.items().length < most && this.view.here() === here) {
      await contents.loadMore();
    }
    this.isLoadingAll.set(false);
  }

  /** The keyboard goes back to where the file was chosen. */
  protected closePreview(): void {
    this.view.show(undefined);
    this.list()?.focus();
  }

  /** Who came by keyboard goes on by keyboard: on the folder they came from, or on the first entry. */
  private standWhereExpected(list: FileList): void {
    const expected = this.view.takeExpected();
    if (expected === undefined) return;
    const entries = this.view.entries();
    const row = Math.max(
      0,
      entries.findIndex(({ path }) => path === expected),
    );
    const entry = entries[row];
    if (!entry) return;
    this.view.selection.set(only(entry.path));
    list.focus();
    list.reveal(row);
  }
}

function isDirectory({ kind }: FolderEntry): boolean {
  return kind === 'directory';
}

function linksOf({ kind, path, name }: FolderEntry): EntryLinks {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const query: Record<string, string> = kind === 'file' ? { path: folder, show: name } : { path };
  return {
    open: `/files?${new URLSearchParams(query)}`,
    inspect: { path },
    // A plain link: the browser streams it to disk, resumes it, and shows its progress better than a page could.
    download: kind === 'file' ? getFileContent({ query: { path } }).urlWithParams : undefined,
  };
}
