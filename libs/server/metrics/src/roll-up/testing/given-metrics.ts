import { randomUUID } from 'node:crypto';
import type { SeededRandom } from '@lakescope/server-testing';
import { dirtyMarks, ledgerEntry, type MetricKind } from '../../collection/ledger-statement';
import { iso } from '../raw-tables';
import type { MetricsReplica } from './metrics-replica';

export interface GivenRequest {
  at: string | number;
  ms?: number;
  status?: number;
  endpoint?: string;
  method?: string;
  user?: string | null;
}

export interface GivenEvent {
  at: string | number;
  type?: string;
  page?: string | null;
  success?: boolean | null;
  user?: string;
}

/** Stores requests as the collection does: rows, marks and the ledger in one statement. */
export async function givenRequests(
  { background }: Pick<MetricsReplica, 'background'>,
  requests: readonly GivenRequest[],
): Promise<void> {
  await background.statement({
    text: stored(
      'performance',
      `INSERT INTO performance_metrics ("timestamp", response_time_ms, status_code, endpoint, method, user_id, correlation_id)
       SELECT at, ms, status, endpoint, method, "user", id
       FROM json_to_recordset($3::json) AS given (at timestamptz, ms real, status smallint, endpoint text, method text, "user" text, id text)
       RETURNING "timestamp"`,
    ),
    values: [
      randomUUID(),
      1,
      JSON.stringify(
        requests.map(({ at, ms = 10, status = 200, endpoint = '/api/v1/catalogs', method = 'GET', user = 'ana' }) => ({
          at: instantOf(at),
          ms,
          status,
          endpoint,
          method,
          user,
          id: randomUUID(),
        })),
      ),
    ],
  });
}

export async function givenEvents(
  { background }: Pick<MetricsReplica, 'background'>,
  events: readonly GivenEvent[],
): Promise<void> {
  await background.statement({
    text: stored(
      'usage',
      `INSERT INTO usage_events (event_id, "timestamp", user_id, event_type, page_name, success)
       SELECT gen_random_uuid(), at, "user", type, page, success
       FROM json_to_recordset($3::json) AS given (at timestamptz, "user" text, type text, page text, success boolean)
       RETURNING "timestamp"`,
    ),
    values: [
      randomUUID(),
      1,
      JSON.stringify(
        events.map(({ at, type = 'page_view', page = '/catalog', success = null, user = 'ana' }) => ({
          at: instantOf(at),
          type,
          page,
          success,
          user,
        })),
      ),
    ],
  });
}

function stored(kind: MetricKind, insert: string): string {
  return `WITH stored AS (${insert}),
    booked AS (${ledgerEntry({ kind, entry: kind === 'usage' ? 'events' : 'flush', rows: 'count(*)', from: 'stored', boot: 1 })}),
    marked AS (${dirtyMarks({ kind, times: '"timestamp"', from: 'stored', boot: 1 })})
    SELECT 1`;
}

/** Requests of a few endpoints and people, anywhere within a time. */
export function someRequests(random: SeededRandom, count: number, from: number, to: number): GivenRequest[] {
  return Array.from({ length: count }, () => ({
    at: Math.floor(from + random.next() * (to - from)),
    ms: Math.exp(random.next() * 10 - 1),
    status: pick(random, [200, 200, 200, 200, 304, 404, 500, 499]),
    endpoint: pick(random, ['/api/v1/catalogs', '/api/v1/preferences/:key', '/api/v1/delta/tables', '(unmatched)']),
    method: pick(random, ['GET', 'GET', 'POST']),
    user: pick(random, ['ana', 'bo', 'cy', null]),
  }));
}

export function someEvents(random: SeededRandom, count: number, from: number, to: number): GivenEvent[] {
  return Array.from({ length: count }, () => ({
    at: Math.floor(from + random.next() * (to - from)),
    type: pick(random, ['page_view', 'button_click', 'query_executed']),
    page: pick(random, ['/catalog', '/files', '/delta', null]),
    success: pick(random, [true, false, null]),
    user: pick(random, ['ana', 'bo', 'dee']),
  }));
}

/** Everything that a roll-up makes, as text that is equal when every byte is. */
export async function tiersOf({ background }: Pick<MetricsReplica, 'background'>): Promise<string> {
  const [row] = await background.statement<{ all: string }>({
    text: `SELECT concat_ws(E'\\n',
      (SELECT string_agg(t::text, E'\\n' ORDER BY granularity_min, time_bucket, metric_type, endpoint_path COLLATE "C", method, event_type, source)
         FROM aggregated_metrics AS t),
      (SELECT string_agg(s::text, E'\\n' ORDER BY granularity_min, time_bucket, metric_type) FROM metric_totals AS s),
      (SELECT string_agg(u::text, E'\\n' ORDER BY granularity_min, time_bucket, user_id) FROM metric_users AS u)) AS all`,
  });
  return row?.all ?? '';
}

function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[random.below(choices.length)] as T;
}

function instantOf(at: string | number): string {
  return typeof at === 'number' ? iso(at) : at;
}
