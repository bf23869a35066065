import type { EntityManager } from 'typeorm';
import type { LatencyFilter } from './latency-statements';
import { stepSql, timesWithin } from './latency-statements';
import { Parameters } from './parameters';
import type { ReadingPlan } from './reading-plan';
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
export async function countUsers(tx: EntityManager, plan: UsersPlan, filter: UsersFilter = {}): Promise<number> {
  const parameters = new Parameters();
  const users = usersSql(parameters, plan, filter, undefined);
  const [row] = (await tx.query(
    `SELECT count(*)::float8 AS users FROM (${users.join(' UNION ')}) AS person`,
    parameters.values,
  )) as { users: number }[];
  return row?.users ?? 0;
}

/** How many different people there were in each step. */
export async function countUsersByStep(
  tx: EntityManager,
  plan: UsersPlan,
  stepMs: number,
): Promise<ReadonlyMap<number, number>> {
  const parameters = new Parameters();
  const users = usersSql(parameters, plan, {}, stepMs);
  const rows = (await tx.query(
    `SELECT step, count(*)::float8 AS users FROM (${users.join(' UNION ')}) AS person GROUP BY step`,
    parameters.values,
  )) as { step: number; users: number }[];
  return new Map(rows.map(({ step, users: count }) => [step, count]));
}

/** Who did most, requests and events together. */
export async function topUsers(
  tx: EntityManager,
  { requests, events }: Required<UsersPlan>,
  limit: number,
): Promise<UserRow[]> {
  const parameters = new Parameters();
  const counts = [
    `SELECT user_id, requests, 0 AS events FROM ${metricUsers(parameters, requests)} WHERE requests > 0`,
    `SELECT user_id, 0, events FROM ${metricUsers(parameters, events)} WHERE events > 0`,
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

function usersSql(
  parameters: Parameters,
  { requests, events }: UsersPlan,
  { endpoint, method, eventType }: UsersFilter,
  stepMs: number | undefined,
): string[] {
  const equals = (column: string, value: string | undefined): string =>
    value === undefined ? '' : ` AND ${column} = ${parameters.add(value)}`;
  const step = (time: string): string => (stepMs === undefined ? '' : `${stepSql(parameters, time, stepMs)} AS step, `);
  const parts = [`SELECT ${stepMs === undefined ? '' : '0::float8 AS step, '}NULL::text AS user_id WHERE false`];
  if (requests !== undefined) {
    const filter = equals('endpoint', endpoint) + equals('method', method);
    parts.push(
      `SELECT ${step('time_bucket')}user_id FROM ${metricUsers(parameters, requests)} WHERE requests > 0`,
      ...rawRows(parameters, requests, 'performance_metrics', `${step('"timestamp"')}user_id`, filter),
    );
  }
  if (events !== undefined) {
    parts.push(
      `SELECT ${step('time_bucket')}user_id FROM ${metricUsers(parameters, events)} WHERE events > 0`,
      ...rawRows(parameters, events, 'usage_events', `${step('"timestamp"')}user_id`, equals('event_type', eventType)),
    );
  }
  return parts;
}

function metricUsers(parameters: Parameters, { tiers }: ReadingPlan): string {
  return `${piecesOf(parameters, tiers)}
    CROSS JOIN LATERAL (
      SELECT * FROM metric_users
      WHERE granularity_min = piece.minutes AND time_bucket >= piece.begins AND time_bucket < piece.ends
      OFFSET 0
    ) AS person`;
}

/** Grouped first, which the database does at once for many rows where it would sort them for UNION. */
function rawRows(
  parameters: Parameters,
  { raw }: ReadingPlan,
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
