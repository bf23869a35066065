import type { RunStatement } from '@lakescope/server-persistence';
import { Sketch } from '@lakescope/sketch';
import { bucketOf } from '../collection/ledger-statement';
import { ZERO_BUCKET, addCounted, bucketSql } from '../queries/histogram-bytes';
import { iso, type MetricKind } from './raw-tables';
import { withOtherPages } from './other-pages';
import type { TierRow } from './tier-row';

/** A time that is read as a whole. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Sums are kept in steps of 61 ns: so they are exact, and the same in whichever order rows are added up. */
const STEPS_PER_MS = 2 ** 14;

/** SQL for the sum of durations, to the very same number in every order. */
export function sumSql(durations: string): string {
  return `sum(round(${durations}::float8 * ${STEPS_PER_MS})) / ${STEPS_PER_MS}`;
}

/** What raw rows of one kind say, one row for each bucket of 5 minutes and whatever is counted apart in it. */
export function readRaw(run: RunStatement, kind: MetricKind, span: Span): Promise<TierRow[]> {
  return kind === 'performance' ? readRequests(run, span) : readEvents(run, span);
}

interface RequestsRow {
  bucket: Date;
  endpoint: string;
  method: string;
  samples: number;
  errors: number;
  sum_ms: number;
  min_ms: number;
  max_ms: number;
  pairs: Buffer;
  users: number | null;
}

/**
 * The database counts into the sketch's buckets: ten thousand rows come back as some forty, of a few hundred bytes each. Sent as they are
 * they would keep the event loop for 25 ms. Both parts are worked out once and then joined: of rows that have just come in the planner
 * knows nothing, takes them for one, and would read them again for each other one.
 */
async function readRequests(run: RunStatement, span: Span): Promise<TierRow[]> {
  const raw = `SELECT ${bucketOf('"timestamp"')} AS bucket, endpoint, method, status_code, response_time_ms, user_id
    FROM performance_metrics WHERE "timestamp" >= $1 AND "timestamp" < $2`;
  const rows = await run<RequestsRow>(
    `WITH counted AS MATERIALIZED (
       SELECT bucket, endpoint, method, sum(n)::float8 AS samples, sum(errors)::float8 AS errors, sum(sum_ms) AS sum_ms,
              min(min_ms) AS min_ms, max(max_ms) AS max_ms, string_agg(int2send(place) || int4send(n), '') AS pairs
       FROM (
         SELECT bucket, endpoint, method,
                CASE WHEN response_time_ms > 0 THEN ${bucketSql('response_time_ms')} ELSE (${ZERO_BUCKET})::int2 END AS place,
                count(*)::int4 AS n, count(*) FILTER (WHERE status_code >= 400) AS errors,
                ${sumSql('response_time_ms')} AS sum_ms, min(response_time_ms) AS min_ms, max(response_time_ms) AS max_ms
         FROM (${raw}) AS raw GROUP BY 1, 2, 3, 4
       ) AS placed GROUP BY 1, 2, 3
     ), known AS MATERIALIZED (
       SELECT bucket, endpoint, method, count(*)::int4 AS users
       FROM (SELECT bucket, endpoint, method, user_id FROM (${raw}) AS raw WHERE user_id IS NOT NULL GROUP BY 1, 2, 3, 4) AS once
       GROUP BY 1, 2, 3
     )
     SELECT * FROM counted LEFT JOIN known USING (bucket, endpoint, method)`,
    [iso(span.from), iso(span.to)],
  );
  return rows.map(({ bucket, endpoint, method, samples, errors, sum_ms, min_ms, max_ms, pairs, users }) => {
    const sketch = new Sketch();
    addCounted(sketch, pairs);
    return {
      bucket: bucket.getTime(),
      kind: 'performance',
      endpoint,
      method,
      eventType: '',
      samples,
      errors,
      successes: samples - errors,
      users: users ?? 0,
      latency: { sketch, sumMs: sum_ms, minMs: min_ms, maxMs: max_ms },
    };
  });
}

interface EventsRow {
  bucket: Date;
  page: string;
  event_type: string;
  samples: number;
  errors: number;
  successes: number;
  users: number;
}

async function readEvents(run: RunStatement, span: Span): Promise<TierRow[]> {
  const rows = await run<EventsRow>(
    `SELECT ${bucketOf('"timestamp"')} AS bucket, coalesce(page_name, '') AS page, event_type, count(*)::float8 AS samples,
            count(*) FILTER (WHERE NOT success)::float8 AS errors, count(*) FILTER (WHERE success)::float8 AS successes,
            count(DISTINCT user_id)::int4 AS users
     FROM usage_events WHERE "timestamp" >= $1 AND "timestamp" < $2 GROUP BY 1, 2, 3`,
    [iso(span.from), iso(span.to)],
  );
  return withOtherPages(
    rows.map(({ bucket, page, event_type, ...counts }) => ({
      bucket: bucket.getTime(),
      kind: 'usage',
      endpoint: page,
      method: '',
      eventType: event_type,
      ...counts,
    })),
  );
}
