import type { Reconciliation } from '../run/run-options';

/** What the writer of a micro-batch says of it in `.cda/batch-metrics.json`. */
export interface BatchMetrics {
  /** Rows in the files of the folder. */
  readonly recordsWritten: bigint;
  readonly recordsRead: bigint | undefined;
  /** Left out by the writer: duplicates, rows without a key. */
  readonly recordsDropped: bigint | undefined;
}

/** No metrics file has more; a bigger one is something else. */
const LARGEST_TEXT = 1_048_576;

/**
 * Reads a `batch-metrics.json`; undefined when it is none or does not say how many rows were written: the metrics are a check of the files and
 * never a reason to leave them out. Counts may be numbers or texts, and pass 2^53.
 */
export function parseBatchMetrics(bytes: Uint8Array): BatchMetrics | undefined {
  if (bytes.byteLength > LARGEST_TEXT) return undefined;
  const counts = new Map<string, bigint>();
  const isJson = readObject(new TextDecoder().decode(bytes), (key, count) => counts.set(key, count));
  const recordsWritten = counts.get('numRecordsWritten');
  if (!isJson || recordsWritten === undefined) return undefined;
  return {
    recordsWritten,
    recordsRead: counts.get('numRecordsRead'),
    recordsDropped: counts.get('numRecordsDropped'),
  };
}

/** Compares the rows of a folder's files with what its metrics say was written; none is `METRICS_MISSING`. */
export function reconcile(rows: bigint, metrics: BatchMetrics | undefined): Reconciliation {
  if (metrics === undefined) return 'METRICS_MISSING';
  return metrics.recordsWritten === rows ? 'OK' : 'MISMATCH';
}

/** Tells the counts of the top level by their exact text; false when the text is no JSON object. */
function readObject(text: string, tell: (key: string, count: bigint) => void): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined ? context.source : value,
    );
  } catch {
    return false;
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return false;
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value === 'string' && /^\d{1,19}$/.test(value)) tell(key, BigInt(value));
  }
  return true;
}
