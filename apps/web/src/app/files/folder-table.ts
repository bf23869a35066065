import { Component, computed, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon, type IconName, TimeAgo } from '@lakescope/web-ui';
import { visibleName } from '../entry-list/file-name';
import { type FolderEntry } from '../entry-list/folder-entry';
import { type EntryOrder, type SortKey } from '../entry-list/sort-entries';

const ICONS: Readonly<Record<FolderEntry['kind'], IconName>> = {
  catalog: 'catalog',
  schema: 'schema',
  volume: 'volume',
  bucket: 'storage',
  directory: 'folder',
  file: 'file',
};

/** Folders to walk down on the way to a Delta table. */
@Component({
  selector: 'ls-folder-table',
  imports: [Icon, RouterLink, TimeAgo],
  templateUrl: './folder-table.html',
  styleUrl: './folder-table.css',
})
export class FolderTable {
  readonly entries = input.required<readonly FolderEntry[]>();
  readonly order = input.required<EntryOrder>();
  /** Paths among the entries that are Delta tables. */
  readonly tables = input<ReadonlySet<string>>(new Set());
  readonly label = input.required<string>();
  readonly sorted = output<EntryOrder>();

  protected readonly headings: readonly { key: SortKey; label: string }[] = [
    { key: 'name', label: $localize`Name` },
    { key: 'modified', label: $localize`Modified` },
  ];
  protected readonly rows = computed(() =>
    this.entries().map((entry) => ({
      ...entry,
      visible: visibleName(entry.name),
      icon: this.tables().has(entry.path) ? ('delta' as const) : ICONS[entry.kind],
      isTable: this.tables().has(entry.path),
      query: this.tables().has(entry.path) ? { path: entry.path } : { folder: entry.path },
    })),
  );

  protected direction(key: SortKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    return present === key ? (isDescending ? 'descending' : 'ascending') : null;
  }

  protected sort(key: SortKey): void {
    const { key: present, isDescending } = this.order();
    // Newest is what people look for first; names begin at A.
    this.sorted.emit({ key, isDescending: present === key ? !isDescending : key !== 'name' });
  }
}
