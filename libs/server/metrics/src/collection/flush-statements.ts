import type { BackgroundStatement } from '@lakescope/server-persistence';
import type { OverflowCell } from './overflow-sketches';
import { timestampArray } from './postgres-arrays';
import type { SampleChunk } from './sample-chunk';

/** What the books say of the boot once a statement has happened. */
export interface LedgerTotals {
  readonly observed: number;
  readonly written: number;
  readonly overflow: number;
  readonly dropped: Readonly<Record<string, number>>;
}

export interface LedgerNote extends LedgerTotals {
  readonly bootId: string;
  readonly seq: number;
  readonly rows: number;
  /** Nothing is on its way any more. */
  readonly closed: boolean;
}

const ENTRY = `
  INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, observed, written, overflow, dropped, closed)
  VALUES ($1::uuid, $2::bigint, 'performance', 'flush', $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::jsonb, $8::boolean)
  ON CONFLICT DO NOTHING RETURNING 1`;

const MARKS = `
  INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
  SELECT 'performance', bucket, $1::uuid, $2::bigint FROM unnest($9::timestamptz[]) AS bucket WHERE EXISTS (SELECT FROM entry)`;

/** One row says whether the entry was made now; else it was made before, and all of the statement with it. */
const OUTCOME = 'SELECT count(*)::int AS entries FROM entry';

const SAMPLES = `
  WITH entry AS (${ENTRY}), marks AS (${MARKS}), stored AS (
    INSERT INTO performance_metrics
      ("timestamp", response_time_ms, status_code, endpoint, method, user_id, error_type, correlation_id)
    SELECT * FROM unnest($10::timestamptz[], $11::real[], $12::smallint[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[])
    WHERE EXISTS (SELECT FROM entry)
  ) ${OUTCOME}`;

/**
 * A boot that has a row of that key already adds to it. Sketches are strung together: that is a sum, too, and Postgres could not make
 * another.
 */
const CELLS = `
  WITH entry AS (${ENTRY}), marks AS (${MARKS}), stored AS (
    INSERT INTO aggregated_metrics AS kept (granularity_min, time_bucket, metric_type, endpoint_path, method, event_type, source,
      sample_count, error_count, success_count, sum_ms, min_ms, max_ms, hist, hist_scale)
    SELECT 5, cell.bucket, 'performance', cell.endpoint, cell.method, '', $1::uuid,
      cell.samples, cell.errors, cell.samples - cell.errors, cell.sum, cell.min, cell.max, cell.hist, $18::smallint
    FROM unnest($10::timestamptz[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::float8[], $16::real[], $17::real[], $19::bytea[])
      AS cell (bucket, endpoint, method, samples, errors, sum, min, max, hist)
    WHERE EXISTS (SELECT FROM entry)
    ON CONFLICT (granularity_min, time_bucket, endpoint_path, method, event_type, source) DO UPDATE SET
      sample_count = kept.sample_count + excluded.sample_count, error_count = kept.error_count + excluded.error_count,
      success_count = kept.success_count + excluded.success_count, sum_ms = kept.sum_ms + excluded.sum_ms,
      min_ms = least(kept.min_ms, excluded.min_ms), max_ms = greatest(kept.max_ms, excluded.max_ms),
      hist = kept.hist || excluded.hist, aggregated_values = NULL
  ) ${OUTCOME}`;

const NOTE = `WITH entry AS (${ENTRY}) ${OUTCOME}`;

/** Raw rows, the marks of their buckets and their entry in the books: all in one statement, so all or nothing, in one round trip. */
export function samplesStatement(note: LedgerNote, chunk: SampleChunk): BackgroundStatement {
  return {
    name: 'metrics-samples',
    text: SAMPLES,
    values: [...noteValues(note), timestampArray(chunk.buckets), ...chunk.values],
  };
}

/** Folded samples; `scale` is that of the sketches. */
export function cellsStatement(note: LedgerNote, cells: readonly OverflowCell[], scale: number): BackgroundStatement {
  const buckets = Float64Array.from(cells, ({ bucket }) => bucket);
  return {
    name: 'metrics-cells',
    text: CELLS,
    values: [
      ...noteValues(note),
      timestampArray(Float64Array.from(new Set(buckets))),
      timestampArray(buckets),
      cells.map(({ endpoint }) => endpoint),
      cells.map(({ method }) => method),
      cells.map(({ count }) => count),
      cells.map(({ errors }) => errors),
      cells.map(({ sumMs }) => sumMs),
      cells.map(({ minMs }) => minMs),
      cells.map(({ maxMs }) => maxMs),
      scale,
      cells.map(({ hist }) => Buffer.from(hist)),
    ],
  };
}

/** An entry of its own: that nothing is on its way, or that a number is never to be used for anything else. */
export function noteStatement(note: LedgerNote): BackgroundStatement {
  return { name: 'metrics-note', text: NOTE, values: noteValues(note) };
}

function noteValues({ bootId, seq, rows, observed, written, overflow, dropped, closed }: LedgerNote): unknown[] {
  return [bootId, seq, rows, observed, written, overflow, JSON.stringify(dropped), closed];
}
