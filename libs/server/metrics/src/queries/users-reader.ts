import type { EntityManager } from 'typeorm';
import { MINUTE_MS, iso } from '../roll-up/raw-tables';
import { stepSql, timesWithin, type LatencyFilter } from './latency-statements';
import type { Interval } from './metrics-range';
import { Parameters } from './parameters';
import type { ReadingPlan, TierPiece } from './reading-plan';

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

/** How many different people there were, by raw rows alone. */
export async function countUsers(
  tx: EntityManager,
  { requests, events }: UsersPlan,
  { endpoint, method, eventType }: UsersFilter,
): Promise<number> {
  const parameters = new Parameters();
  const equals = (column: string, value: string | undefined): string =>
    value === undefined ? '' : ` AND ${column} = ${parameters.add(value)}`;
  const parts = ['SELECT NULL::text AS user_id WHERE false'];
  if (requests !== undefined) {
    const filter = equals('endpoint', endpoint) + equals('method', method);
    parts.push(...rawRows(parameters, requests, 'performance_metrics', 'user_id', filter));
  }
  if (events !== undefined) {
    parts.push(...rawRows(parameters, events, 'usage_events', 'user_id', equals('event_type', eventType)));
  }
  const [row] = (await tx.query(
    `SELECT count(*)::float8 AS users FROM (${parts.join(' UNION ')}) AS somebody`,
    parameters.values,
  )) as { users: number }[];
  return row?.users ?? 0;
}

/** Different people, and how many of them did something that was recorded as a usage event. */
export interface People {
  readonly active: number;
  readonly withEvents: number;
}

/** Both at once: looking for everybody is most of the work. */
export async function countPeople(tx: EntityManager, plan: Required<UsersPlan>): Promise<People> {
  const parameters = new Parameters();
  const somebody = [
    'SELECT NULL::text AS user_id, false AS has_events WHERE false',
    ...(bucketsIn(plan.requests.tiers) + bucketsIn(plan.events.tiers) > 2 * FEW_BUCKETS
      ? [personByPerson(parameters, plan)]
      : bucketByBucket(parameters, plan)),
    ...rawRows(parameters, plan.requests, 'performance_metrics', 'user_id, false', ''),
    ...rawRows(parameters, plan.events, 'usage_events', 'user_id, true', ''),
  ];
  const [row] = (await tx.query(
    `WITH RECURSIVE ${PERSON}
     SELECT count(*)::float8 AS active, count(*) FILTER (WHERE has_events)::float8 AS "withEvents"
     FROM (SELECT bool_or(has_events) AS has_events FROM (${somebody.join(' UNION ALL ')}) AS somebody GROUP BY user_id) AS person`,
    parameters.values,
  )) as People[];
  return row ?? { active: 0, withEvents: 0 };
}

/** Up to so many buckets, reading a row for everybody in each of them costs less than two looks into an index for everybody. */
const FEW_BUCKETS = 60;

function bucketsIn(pieces: readonly TierPiece[]): number {
  return pieces.reduce((sum, { from, to, granularityMs }) => sum + (to - from) / granularityMs, 0);
}

function bucketByBucket(parameters: Parameters, { requests, events }: Required<UsersPlan>): string[] {
  if (JSON.stringify(requests.tiers) === JSON.stringify(events.tiers)) {
    // Nobody has a row who did nothing.
    return fromTiers(parameters, requests.tiers, 'user_id, events > 0');
  }
  return [
    ...fromTiers(parameters, requests.tiers, 'user_id, false', ' AND requests > 0'),
    ...fromTiers(parameters, events.tiers, 'user_id, true', ' AND events > 0'),
  ];
}

function personByPerson(parameters: Parameters, { requests, events }: Required<UsersPlan>): string {
  const isIn = (pieces: readonly TierPiece[], condition: string): string =>
    fromTiers(parameters, pieces, '', ` AND metric_users.user_id = person.user_id AND ${condition}`)
      .map((select) => `EXISTS (${select})`)
      .join(' OR ') || 'false';
  return `SELECT user_id, has_events FROM (
      SELECT user_id, ${isIn(events.tiers, 'events > 0')} AS has_events FROM person WHERE user_id IS NOT NULL OFFSET 0
    ) AS person WHERE has_events OR ${isIn(requests.tiers, 'requests > 0')}`;
}

/** Everybody who has a row, found one after the other by the index: there are few people, and many rows of each. */
const PERSON = `person(user_id) AS (
  (SELECT user_id FROM metric_users ORDER BY user_id LIMIT 1)
  UNION ALL
  SELECT (SELECT user_id FROM metric_users WHERE user_id > person.user_id ORDER BY user_id LIMIT 1)
  FROM person WHERE person.user_id IS NOT NULL
)`;

/** How many different people whose events were recorded there were in each step; steps are in milliseconds since 1970. */
export async function countUsersByStep(
  tx: EntityManager,
  { tiers, raw }: ReadingPlan,
  stepMs: number,
): Promise<ReadonlyMap<number, number>> {
  const parameters = new Parameters();
  // For a bucket that is a whole step it is written down; what is put together of more must be looked through for the same people.
  const whole = tiers.filter(({ granularityMs }) => granularityMs === stepMs);
  const parts = tiers.filter((piece) => !whole.includes(piece));
  const people = [
    ...fromTiers(parameters, parts, `${stepSql('time_bucket', stepMs)} AS step, user_id`, ' AND events > 0'),
    ...rawRows(parameters, { raw }, 'usage_events', `${stepSql('"timestamp"', stepMs)} AS step, user_id`, ''),
  ];
  const counts = [
    ...whole.map(
      ({ granularityMs, from, to }) =>
        `SELECT time_bucket AS step, unique_users::float8 AS users FROM metric_totals
         WHERE granularity_min = ${granularityMs / MINUTE_MS} AND metric_type = 'usage'
           AND time_bucket >= ${parameters.add(iso(from))} AND time_bucket < ${parameters.add(iso(to))}`,
    ),
    ...(people.length === 0
      ? []
      : [`SELECT step, count(*)::float8 AS users FROM (${people.join(' UNION ')}) AS person GROUP BY 1`]),
  ];
  if (counts.length === 0) return new Map();
  const rows = (await tx.query(counts.join(' UNION ALL '), parameters.values)) as { step: Date; users: number }[];
  return new Map(rows.map(({ step, users }) => [step.getTime(), users]));
}

/** Events and different people of each step, from raw rows alone: for steps that are shorter than people are known by otherwise. */
export async function readUsageSteps(
  tx: EntityManager,
  range: Interval,
  stepMs: number,
): Promise<ReadonlyMap<number, { readonly events: number; readonly users: number }>> {
  const parameters = new Parameters();
  const rows = (await tx.query(
    `SELECT step, sum(n)::float8 AS events, count(*)::float8 AS users FROM (
       SELECT ${stepSql('"timestamp"', stepMs)} AS step, user_id, count(*) AS n FROM usage_events
       WHERE ${timesWithin(parameters, [range])} GROUP BY 1, 2
     ) AS person GROUP BY 1`,
    parameters.values,
  )) as { step: Date; events: number; users: number }[];
  return new Map(rows.map(({ step, events, users }) => [step.getTime(), { events, users }]));
}

/** Who did most, requests and events together. */
export async function topUsers(
  tx: EntityManager,
  { requests, events }: Required<UsersPlan>,
  limit: number,
): Promise<UserRow[]> {
  const parameters = new Parameters();
  const counts = [
    'SELECT NULL::text AS user_id, 0 AS requests, 0 AS events WHERE false',
    ...fromTiers(parameters, requests.tiers, 'user_id, requests, 0', ' AND requests > 0'),
    ...fromTiers(parameters, events.tiers, 'user_id, 0, events', ' AND events > 0'),
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

/** A SELECT for each piece: each looks into the index by itself. */
function fromTiers(parameters: Parameters, pieces: readonly TierPiece[], columns: string, condition = ''): string[] {
  return pieces.map(({ granularityMs, from, to }) => {
    const [begin, end] = [from, to].map((instant) => parameters.add(iso(instant)));
    return `SELECT ${columns} FROM metric_users
      WHERE granularity_min = ${granularityMs / MINUTE_MS} AND time_bucket >= ${begin} AND time_bucket < ${end}${condition}`;
  });
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
