import { isAbsolute } from '../log/data-path';
import type { FileSummary, PartitionSummary, SizeBucket } from '../table/snapshot';

const KIB = 1024;
const SMALLEST_BOUND = 16 * KIB;
const LARGEST_BOUND = KIB ** 3;
/** Of a size that costs a reader more to open than to read. */
export const SMALL_FILE_BYTES = 16 * KIB * KIB;
export const MOST_PARTITIONS = 200;

/** Empty buckets: below 16 KiB, then doubling up to 1 GiB, then everything above. */
export function emptyBuckets(): SizeBucket[] {
  const buckets: SizeBucket[] = [{ fromBytes: 0, toBytes: SMALLEST_BOUND, files: 0, bytes: 0n }];
  for (let from = SMALLEST_BOUND; from < LARGEST_BOUND; from *= 2) {
    buckets.push({ fromBytes: from, toBytes: from * 2, files: 0, bytes: 0n });
  }
  buckets.push({ fromBytes: LARGEST_BOUND, toBytes: undefined, files: 0, bytes: 0n });
  return buckets;
}

export function bucketOf(buckets: readonly SizeBucket[], sizeBytes: number): SizeBucket | undefined {
  return buckets.find(({ toBytes }) => toBytes === undefined || sizeBytes < toBytes);
}

export interface SummarisedFile {
  path: string;
  sizeBytes: number;
  /** Physical rows, where they are told. */
  numRecords: bigint | undefined;
  deletedRows: bigint | undefined;
  partitionValues: Record<string, string | null>;
}

/** Adds up files that are at hand one by one. */
export function summarise(files: Iterable<SummarisedFile>): FileSummary {
  const sizeHistogram = emptyBuckets();
  const partitions = new Map<string, PartitionSummary>();
  let withoutStats = 0;
  let withDeletionVector = 0;
  let deletedRows = 0n;
  let smallFiles = 0;
  let absolutePaths = 0;
  for (const file of files) {
    const bytes = BigInt(file.sizeBytes);
    const bucket = bucketOf(sizeHistogram, file.sizeBytes);
    if (bucket !== undefined) {
      bucket.files += 1;
      bucket.bytes += bytes;
    }
    if (file.numRecords === undefined) withoutStats += 1;
    if (file.deletedRows !== undefined) withDeletionVector += 1;
    if (file.sizeBytes < SMALL_FILE_BYTES) smallFiles += 1;
    if (isAbsolute(file.path)) absolutePaths += 1;
    const deleted = file.deletedRows ?? 0n;
    deletedRows += deleted;
    const key = JSON.stringify(file.partitionValues);
    const known = partitions.get(key);
    const living = file.numRecords === undefined ? undefined : file.numRecords - deleted;
    if (known === undefined) {
      partitions.set(key, { values: file.partitionValues, files: 1, bytes, rows: living, deletedRows: deleted });
      continue;
    }
    known.files += 1;
    known.bytes += bytes;
    known.deletedRows += deleted;
    known.rows = known.rows === undefined || living === undefined ? undefined : known.rows + living;
  }
  const largest = [...partitions.values()].sort(
    (left, right) => compare(right.bytes, left.bytes) || compare(partitionText(left), partitionText(right)),
  );
  return {
    sizeHistogram,
    partitions: largest.slice(0, MOST_PARTITIONS),
    partitionCount: partitions.size,
    withoutStats,
    withDeletionVector,
    deletedRows,
    smallFiles,
    absolutePaths,
  };
}

function partitionText(partition: PartitionSummary): string {
  return JSON.stringify(partition.values);
}

function compare<T extends bigint | string>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
