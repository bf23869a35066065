import { Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { apiPages, discoverTables, type Problem } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { PathBar } from '../entry-list/path-bar';
import { type EntryOrder, sortEntries } from '../entry-list/sort-entries';
import { folderContents } from '../files/folder-contents';
import { FolderTable } from '../files/folder-table';
import { levelOf, nameOf, parentOf, volumesRoot } from '../files/volume-path';
import { PlaceList } from '../home/place-list';
import { Places } from '../preferences/places';

const PAGE_SIZE = 100;

/** The way to a table: type or paste its path, pick a known one, find those below a folder, or walk down to it. */
@Component({
  selector: 'ls-table-chooser',
  imports: [EmptyState, FolderTable, Icon, MatButton, PathBar, PlaceList, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './table-chooser.html',
  styleUrl: './table-chooser.css',
})
export class TableChooser {
  /** The folder to look in. */
  readonly path = input.required<string>();
  /** Why it was no table, when it was taken for one. */
  readonly refusal = input<Problem>();
  readonly chosen = output<string>();

  private readonly places = inject(Places);

  protected readonly isRoot = computed(() => this.path() === volumesRoot);
  protected readonly name = computed(() => nameOf(this.path()));
  protected readonly parent = computed(() => parentOf(this.path()));
  protected readonly isMissing = computed(() => this.refusal()?.code === 'NOT_FOUND');
  protected readonly order = signal<EntryOrder>({ key: 'name', isDescending: false });
  protected readonly contents = folderContents(this.path);
  protected readonly folders = computed(() =>
    sortEntries(
      this.contents.items().filter(({ kind }) => kind !== 'file'),
      this.order(),
    ),
  );
  protected readonly canSearch = computed(() => levelOf(this.path()) === 'folder');
  protected readonly found = apiPages(discoverTables, (cursor) =>
    this.canSearch()
      ? {
          body: {
            source: { kind: 'volume' as const, path: this.path() },
            limit: PAGE_SIZE,
            ...(cursor === undefined ? {} : { cursor }),
          },
        }
      : undefined,
  );
  protected readonly foundPaths = computed(
    () => new Set(this.found.items().map(({ path }) => path)) as ReadonlySet<string>,
  );
  protected readonly known = computed(() => {
    const favourites = this.places.favourites().filter(({ kind }) => kind === 'delta');
    const recent = this.places.recent().filter(({ kind }) => kind === 'delta');
    return [...favourites, ...recent.filter(({ path }) => !favourites.some((other) => other.path === path))];
  });
}
