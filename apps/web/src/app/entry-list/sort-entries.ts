import { type FolderEntry } from './folder-entry';

export type SortKey = 'name' | 'size' | 'modified';

export interface EntryOrder {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

/** `-size` and the like, as it stands in the URL. */
export function orderFrom(text: string | undefined): EntryOrder {
  const isDescending = text?.startsWith('-') ?? false;
  const key = isDescending ? text?.slice(1) : text;
  return { key: key === 'size' || key === 'modified' ? key : 'name', isDescending };
}

export function orderText({ key, isDescending }: EntryOrder): string {
  return (isDescending ? '-' : '') + key;
}

const names = new Intl.Collator(undefined, { numeric: true });

/** Folders first whatever the order, as every file manager does; equal entries by name. */
export function sortEntries(
  entries: readonly FolderEntry[],
  { key, isDescending }: EntryOrder,
): readonly FolderEntry[] {
  const direction = isDescending ? -1 : 1;
  const rank = (entry: FolderEntry) => (entry.kind === 'file' ? 1 : 0);
  return [...entries].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    const byKey =
      key === 'size'
        ? (a.sizeBytes ?? -1) - (b.sizeBytes ?? -1)
        : key === 'modified'
          ? (a.modifiedAt ?? '').localeCompare(b.modifiedAt ?? '')
          : names.compare(a.name, b.name);
    return (byKey || names.compare(a.name, b.name)) * direction;
  });
}
