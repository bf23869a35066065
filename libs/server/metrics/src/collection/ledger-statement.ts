export type MetricKind = 'performance' | 'usage';
export type LedgerEntry = 'flush' | 'events' | 'erase' | 'expire' | 'day';

/** What stands behind an entry; texts are SQL. */
export interface LedgerEntryTerms {
  kind: MetricKind;
  entry: LedgerEntry;
  /** How many raw rows the statement adds, or takes away (negative). */
  rows: string;
  /** Where `rows` comes from, when it names columns. */
  from?: string;
  /** Number of the parameter that is the boot; the next one is the entry's number in it. */
  boot: number;
}

/** Where the 5 minutes begin that hold a time; `time` is SQL. */
export function bucketOf(time: string): string {
  return `date_bin('5 minutes', ${time}, timestamptz '2000-01-01 00:00:00Z')`;
}

/**
 * Books how many raw rows a statement adds or takes away; part of that statement (as a CTE), so that both happen or neither:
 * at every moment the sum of all entries of a kind is the number of its raw rows.
 */
export function ledgerEntry({ kind, entry, rows, from, boot }: LedgerEntryTerms): string {
  return `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows)
    SELECT $${boot}::uuid, $${boot + 1}::bigint, '${kind}', '${entry}', ${rows}${from === undefined ? '' : ` FROM ${from}`}`;
}

/** Marks the buckets of rows that were added or taken away, for the roll-up; `times` is SQL, of `from`. Part of the same statement. */
export function dirtyMarks(terms: { kind: MetricKind; times: string; from: string; boot: number }): string {
  const { kind, times, from, boot } = terms;
  return `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
    SELECT DISTINCT '${kind}', ${bucketOf(times)}, $${boot}::uuid, $${boot + 1}::bigint FROM ${from}`;
}
