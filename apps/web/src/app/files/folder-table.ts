import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { getFileContent } from '@lakescope/web-api';
import { ByteSize, Icon, type IconName, TimeAgo } from '@lakescope/web-ui';
import { type FolderEntry } from './folder-contents';
import { type EntryOrder, type SortKey } from './sort-entries';

const ICONS: Readonly<Record<FolderEntry['kind'], IconName>> = {
  catalog: 'catalog',
  schema: 'schema',
  volume: 'volume',
  directory: 'folder',
  file: 'file',
};

/** The rows of a folder. Folders lead on to the page named by `page`; files are saved. */
@Component({
  selector: 'ls-folder-table',
  imports: [ByteSize, Icon, MatButton, RouterLink, TimeAgo],
  templateUrl: './folder-table.html',
  styleUrl: './folder-table.css',
  host: { '[class.only-folders]': "page() === '/delta'" },
})
export class FolderTable {
  readonly entries = input.required<readonly FolderEntry[]>();
  readonly order = input.required<EntryOrder>();
  /** Paths among the entries that are Delta tables. */
  readonly tables = input<ReadonlySet<string>>(new Set());
  readonly page = input<'/files' | '/delta'>('/files');
  readonly label = input.required<string>();
  readonly sorted = output<EntryOrder>();

  protected readonly headings: readonly { key: SortKey; label: string }[] = [
    { key: 'name', label: $localize`Name` },
    { key: 'size', label: $localize`Size` },
    { key: 'modified', label: $localize`Modified` },
  ];
  protected readonly rows = computed(() =>
    this.entries().map((entry) => ({
      ...entry,
      icon: this.tables().has(entry.path) ? ('delta' as const) : ICONS[entry.kind],
      inspectLabel: $localize`Inspect ${entry.name}:name:`,
      downloadLabel: $localize`Download ${entry.name}:name:`,
      isTable: this.tables().has(entry.path),
      query: this.page() === '/delta' && !this.tables().has(entry.path) ? { folder: entry.path } : { path: entry.path },
      // A plain link: the browser streams it to disk, resumes it, and shows its progress better than a page could.
      download: entry.kind === 'file' ? getFileContent({ query: { path: entry.path } }).urlWithParams : undefined,
    })),
  );

  protected direction(key: SortKey): 'ascending' | 'descending' | null {
    const { key: present, isDescending } = this.order();
    return present === key ? (isDescending ? 'descending' : 'ascending') : null;
  }

  protected sort(key: SortKey): void {
    const { key: present, isDescending } = this.order();
    // Largest and newest are what people look for first; names begin at A.
    this.sorted.emit({ key, isDescending: present === key ? !isDescending : key !== 'name' });
  }
}
