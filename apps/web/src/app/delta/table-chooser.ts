import { Component, computed, inject, input, output, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, discoverTables, type Problem } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { PathBar } from '../entry-list/path-bar';
import { type EntryOrder, sortEntries } from '../entry-list/sort-entries';
import { folderContents } from '../files/folder-contents';
import { FolderTable } from '../files/folder-table';
import { levelOf, volumePath, volumesRoot } from '../files/volume-path';
import { PlaceList } from '../home/place-list';
import { Places } from '../preferences/places';
import {
  requestedSource,
  sourceName,
  sourceOfText,
  sourceParams,
  sourceParent,
  sourceText,
  type TableSource,
} from './table-source';

const PAGE_SIZE = 100;
const DEPTHS = [1, 2, 4, 6, 10] as const;
const DEFAULT_DEPTH = 4;

/** What makes no sense in a link is as if it were not there. */
function depthFrom(text: string | null): number {
  return DEPTHS.find((depth) => String(depth) === text) ?? DEFAULT_DEPTH;
}

/** What can be opened here: a path of a volume or of S3, or the full name of a table. */
function understood(text: string): string | undefined {
  const source = sourceOfText(text);
  return source === undefined ? volumePath(text) : sourceText(source);
}

/** The way to a table: type or paste its path, pick a known one, find those below a folder, or walk down to it. */
@Component({
  selector: 'ls-table-chooser',
  imports: [EmptyState, FolderTable, Icon, MatButton, PathBar, PlaceList, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './table-chooser.html',
  styleUrl: './table-chooser.css',
})
export class TableChooser {
  /** The folder to look in; undefined is the root of all volumes. */
  readonly source = input<TableSource>();
  /** Why it was no table, when it was taken for one. */
  readonly refusal = input<Problem>();
  readonly chosen = output<TableSource>();

  private readonly places = inject(Places);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly query = toSignal(this.route.queryParamMap, { requireSync: true });

  protected readonly understood = understood;
  protected readonly example = '/Volumes/…, s3://… or catalog.schema.table';
  protected readonly path = computed(() => {
    const source = this.source();
    return source === undefined ? volumesRoot : sourceText(source);
  });
  /** The folder as a path of a volume: what can be walked through here. */
  private readonly volumeFolder = computed(() => (volumePath(this.path()) === undefined ? undefined : this.path()));
  protected readonly isWalkable = computed(() => this.volumeFolder() !== undefined);

  protected readonly isRoot = computed(() => this.path() === volumesRoot);
  protected readonly name = computed(() => {
    const source = this.source();
    return source === undefined ? '' : sourceName(source);
  });
  /** What leads one level up, if there is one. */
  protected readonly parent = computed(() => {
    const source = this.source();
    if (source === undefined || (source.kind === 's3' && source.path.split('/').length < 4)) return undefined;
    return { ...sourceParams(source), path: null, folder: sourceParent(source) };
  });
  protected readonly isMissing = computed(() => this.refusal()?.code === 'NOT_FOUND');
  protected readonly order = signal<EntryOrder>({ key: 'name', isDescending: false });
  protected readonly contents = folderContents(this.volumeFolder);
  protected readonly folders = computed(() =>
    sortEntries(
      this.contents.items().filter(({ kind }) => kind !== 'file'),
      this.order(),
    ),
  );
  protected readonly depths = DEPTHS;
  protected readonly depth = computed(() => depthFrom(this.query().get('depth')));
  protected readonly canSearch = computed(() => !this.isWalkable() || levelOf(this.path()) === 'folder');
  protected readonly found = apiPages(discoverTables, (cursor) => {
    const source = this.source();
    if (source === undefined || !this.canSearch()) return undefined;
    return {
      body: {
        source: requestedSource(source),
        limit: PAGE_SIZE,
        max_depth: this.depth(),
        ...(cursor === undefined ? {} : { cursor }),
      },
    };
  });
  protected readonly foundPaths = computed(
    () => new Set(this.found.items().map(({ path }) => path)) as ReadonlySet<string>,
  );
  protected readonly tables = computed(() =>
    this.found.items().map(({ path, relative_path, name }) => {
      const parts = (relative_path || name).split('/');
      const table = sourceOfText(path, this.connection());
      return {
        path,
        name: parts.at(-1) ?? name,
        folder: parts.slice(0, -1).join('/'),
        query: { path: null, full_name: null, ...(table === undefined ? { path } : sourceParams(table)) },
      };
    }),
  );
  private readonly connection = computed(() => {
    const source = this.source();
    return source?.kind === 's3' ? source.connection : undefined;
  });
  protected readonly known = computed(() => {
    const favourites = this.places.favourites().filter(({ kind }) => kind === 'delta');
    const recent = this.places.recent().filter(({ kind }) => kind === 'delta');
    return [...favourites, ...recent.filter(({ path }) => !favourites.some((other) => other.path === path))];
  });

  protected choose(text: string): void {
    const source = sourceOfText(text, this.connection());
    if (source !== undefined) this.chosen.emit(source);
    else void this.router.navigate(['/delta']);
  }

  protected chooseDepth(event: Event): void {
    const depth = Number((event.target as HTMLSelectElement).value);
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { depth: depth === DEFAULT_DEPTH ? null : depth },
      queryParamsHandling: 'merge',
    });
  }

  /** Up and down walk through the tables, as in any list. */
  protected step(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const link = event.currentTarget as HTMLElement;
    const links = [...(link.closest('ul')?.querySelectorAll('a') ?? [])];
    const next = links[links.findIndex((other) => other === link) + direction];
    if (direction === 0 || next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}
