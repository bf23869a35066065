import type { EntityManager } from 'typeorm';
import { stepSql, timesWithin, type LatencyFilter } from './latency-statements';
import { Parameters } from './parameters';
import type { ReadingPlan, TierPiece } from './reading-plan';
import { piecesOf } from './tier-pieces';

/** From where the people behind requests, and those behind events, are read; undefined: they do not count. */
export interface UsersPlan {
  readonly requests?: ReadingPlan;
  readonly events?: ReadingPlan;
}

/** Which of their requests or events count; raw rows alone know that. */
export interface UsersFilter extends LatencyFilter {
  readonly eventType?: string | undefined;
}

export interface UserRow {
  readonly user_id: string;
  readonly requests: number;
  readonly events: number;
}

/** How many different people there were. */
export async function countUsers(
  tx: EntityManager,
  { requests, events }: UsersPlan,
  { endpoint, method, eventType }: UsersFilter = {},
): Promise<number> {
  const parameters = new Parameters();
  const equals = (column: string, value: string | undefined): string =>
    value === undefined ? '' : ` AND ${column} = ${parameters.add(value)}`;
  const parts = ['SELECT NULL::text AS user_id WHERE false'];
  if (requests !== undefined && events !== undefined && isSame(requests.tiers, events.tiers)) {
    // Nobody has a row who did nothing.
    parts.push(`SELECT user_id FROM ${metricUsers(parameters, requests.tiers)}`);
  } else {
    if (requests !== undefined) {
      parts.push(`SELECT user_id FROM ${metricUsers(parameters, requests.tiers)} WHERE requests > 0`);
    }
    if (events !== undefined) {
      parts.push(`SELECT user_id FROM ${metricUsers(parameters, events.tiers)} WHERE events > 0`);
    }
  }
  if (requests !== undefined) {
    const filter = equals('endpoint', endpoint) + equals('method', method);
    parts.push(...rawRows(parameters, requests, 'performance_metrics', 'user_id', filter));
  }
  if (events !== undefined) {
    parts.push(...rawRows(parameters, events, 'usage_events', 'user_id', equals('event_type', eventType)));
  }
  const [row] = (await tx.query(
    `SELECT count(*)::float8 AS users FROM (${parts.join(' UNION ')}) AS person`,
    parameters.values,
  )) as { users: number }[];
  return row?.users ?? 0;
}

/** How many different people whose events were recorded there were in each step; steps are in milliseconds since 1970. */
export async function countUsersByStep(
  tx: EntityManager,
  { tiers, raw }: ReadingPlan,
  stepMs: number,
): Promise<ReadonlyMap<number, number>> {
  const parameters = new Parameters();
  // In a bucket that is a whole step everybody is named once; only what is put together of more must be looked through for the same people.
  const whole = tiers.filter(({ granularityMs }) => granularityMs === stepMs);
  const parts = tiers.filter((piece) => !whole.includes(piece));
  const step = (time: string): string => stepSql(time, stepMs);
  const people = [
    `SELECT ${step('time_bucket')} AS step, user_id FROM ${metricUsers(parameters, parts)} WHERE events > 0`,
    ...rawRows(parameters, { raw }, 'usage_events', `${step('"timestamp"')} AS step, user_id`, ''),
  ];
  const rows = (await tx.query(
    `SELECT time_bucket AS step, count(*)::float8 AS users FROM ${metricUsers(parameters, whole)} WHERE events > 0 GROUP BY 1
     UNION ALL
     SELECT step, count(*)::float8 FROM (${people.join(' UNION ')}) AS person GROUP BY 1`,
    parameters.values,
  )) as { step: Date; users: number }[];
  return new Map(rows.map(({ step: begin, users }) => [begin.getTime(), users]));
}

/** Who did most, requests and events together. */
export async function topUsers(
  tx: EntityManager,
  { requests, events }: Required<UsersPlan>,
  limit: number,
): Promise<UserRow[]> {
  const parameters = new Parameters();
  const counts = [
    `SELECT user_id, requests, 0 AS events FROM ${metricUsers(parameters, requests.tiers)} WHERE requests > 0`,
    `SELECT user_id, 0, events FROM ${metricUsers(parameters, events.tiers)} WHERE events > 0`,
    ...rawRows(parameters, requests, 'performance_metrics', 'user_id, count(*), 0', ''),
    ...rawRows(parameters, events, 'usage_events', 'user_id, 0, count(*)', ''),
  ];
  return tx.query(
    `SELECT user_id, sum(requests)::float8 AS requests, sum(events)::float8 AS events
     FROM (${counts.join(' UNION ALL ')}) AS counted
     GROUP BY user_id ORDER BY sum(requests) + sum(events) DESC, user_id LIMIT ${parameters.add(limit)}`,
    parameters.values,
  ) as Promise<UserRow[]>;
}

function isSame(one: readonly TierPiece[], other: readonly TierPiece[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function metricUsers(parameters: Parameters, pieces: readonly TierPiece[]): string {
  return `${piecesOf(parameters, pieces)}
    CROSS JOIN LATERAL (
      SELECT * FROM metric_users
      WHERE granularity_min = piece.minutes AND time_bucket >= piece.begins AND time_bucket < piece.ends
      OFFSET 0
    ) AS person`;
}

/** Grouped first, which takes the database less than to sort all of them for UNION. */
function rawRows(
  parameters: Parameters,
  { raw }: Pick<ReadingPlan, 'raw'>,
  table: 'performance_metrics' | 'usage_events',
  columns: string,
  filter: string,
): string[] {
  if (raw.length === 0) return [];
  const groups = columns.includes(' AS step') ? '1, 2' : 'user_id';
  return [
    `SELECT ${columns} FROM ${table}
     WHERE (${timesWithin(parameters, raw)}) AND user_id IS NOT NULL${filter} GROUP BY ${groups}`,
  ];
}
