import type { LogFile } from '../log/actions';
import type { FileIdentity } from '../log/log-state';
import type { StructField } from '../schema/types';
import type { FileOrder, FileSummary } from '../table/snapshot';
import type { FileFilter } from './file-filter';

export interface FileTotals {
  readonly files: number;
  readonly bytes: bigint;
  readonly deletionVectors: number;
}

export interface FilePageQuery {
  readonly offset: number;
  /** All from `offset` on when left out. */
  readonly limit: number | undefined;
  readonly order: FileOrder;
  readonly descending: boolean;
  readonly partition: readonly { field: StructField; value: string | null }[];
  readonly filter: FileFilter | undefined;
}

/** Physical rows of files, as their statistics or else their footers tell. */
export type CountPhysicalRows = (files: readonly LogFile[]) => Promise<number[]>;

/**
 * The active files of one version, wherever they are kept. Their order is the byte order of their paths, which is the
 * same whichever checkpoint a version is rebuilt from, so that places and pages stay where they are.
 */
export interface FileIndex {
  readonly totals: FileTotals;
  /** With statistics. */
  page(query: FilePageQuery, signal?: AbortSignal): Promise<{ files: LogFile[]; total: number }>;
  /** Living rows of the files that tell their record count, and how many do not. */
  statedRows(signal?: AbortSignal): Promise<{ rows: bigint; uncounted: number }>;
  /** The first files, in order, that tell no record count. */
  uncounted(limit: number, signal?: AbortSignal): Promise<LogFile[]>;
  /**
   * The files, in order, from one at or before the one with a living row that is counted over the whole version, and the
   * rows from there to that row.
   */
  fromRow(row: number, count: CountPhysicalRows, signal?: AbortSignal): Promise<{ skip: number; files: FileBatches }>;
  /** The files, in order, that a filter cannot exclude, and how many they are. */
  matching(filter: FileFilter, signal?: AbortSignal): Promise<{ total: number; files: FileBatches }>;
  summary(signal?: AbortSignal): Promise<FileSummary>;
  /** Bytes of those of the named files that the version has, by the same keys. */
  sizes(named: ReadonlyMap<string, FileIdentity>, signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
  /** All files in order; of their statistics only the record count. */
  all(signal?: AbortSignal): Promise<readonly LogFile[]>;
}

/** Small batches first: most pages need only a few files. */
export type FileBatches = AsyncIterable<readonly LogFile[]>;

const FIRST_BATCH = 16;
const LARGEST_BATCH = 1_024;

export function* batchSizes(): Generator<number, never> {
  for (let size = FIRST_BATCH; ; size = Math.min(LARGEST_BATCH, size * 2)) yield size;
}
