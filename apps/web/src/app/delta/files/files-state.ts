import { type Params } from '@angular/router';
import { filtersFrom, filterTexts } from '../../filters/filter-texts';
import { type QueryFilter } from '../../filters/filter-values';

export const FILE_SORTS = ['path', 'size', 'records', 'modified'] as const;
export type FileSort = (typeof FILE_SORTS)[number];

/** Values of partition columns that files must have; null is the empty value. */
export type PartitionChoice = Readonly<Record<string, string | null>>;

/** Which files of a version are looked at, and in which order: exactly what the URL says. */
export interface FilesState {
  readonly sort: FileSort;
  readonly isDescending: boolean;
  readonly partition: PartitionChoice;
  readonly filters: readonly QueryFilter[];
  /** The file that is open, by its place in this list counted from 0. */
  readonly row: number | undefined;
}

/** What of a URL's query concerns this. */
export interface FilesUrl {
  get(name: string): string | null;
  getAll(name: string): readonly string[];
}

function partitionValue(text: string): readonly [string, string | null] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) return undefined;
  const [column, value] = parsed as readonly unknown[];
  return typeof column === 'string' && (typeof value === 'string' || value === null) ? [column, value] : undefined;
}

/** Reads the parameters; what makes no sense is as if it were not there. */
export function filesState(url: FilesUrl): FilesState {
  const row = url.get('row');
  return {
    sort: FILE_SORTS.find((sort) => sort === url.get('sort')) ?? 'path',
    isDescending: url.get('desc') === 'true',
    partition: Object.fromEntries(
      url
        .getAll('part')
        .map(partitionValue)
        .filter((value) => value !== undefined),
    ),
    filters: filtersFrom(url.getAll('filter')),
    row: row !== null && /^[1-9]\d{0,14}$/.test(row) ? Number(row) - 1 : undefined,
  };
}

/** The parameters of a state; what is usual is left out, so that links stay short. */
export function filesParams({ sort, isDescending, partition, filters, row }: FilesState): Params {
  const some = (list: readonly string[]): readonly string[] | null => (list.length > 0 ? list : null);
  return {
    sort: sort === 'path' ? null : sort,
    desc: isDescending ? 'true' : null,
    part: some(Object.entries(partition).map((entry) => JSON.stringify(entry))),
    filter: some(filterTexts(filters)),
    row: row === undefined ? null : row + 1,
  };
}
