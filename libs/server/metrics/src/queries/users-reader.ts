import type { EntityManager } from 'typeorm';
import { MINUTE_MS, iso, startOf } from '../roll-up/raw-tables';
import { stepSql, timesWithin, type LatencyFilter } from './latency-statements';
import type { Interval } from './metrics-range';
import { Parameters } from './parameters';
import type { KnownPieces } from './piece-memory';
import { digestSql, type NumberedPeople } from './people/people-memory';
import { PeopleSet } from './people/people-set';
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

/** Both at once: those whose events there are are among everybody. */
export async function countPeople(
  known: KnownPieces,
  people: NumberedPeople,
  { requests, events }: Required<UsersPlan>,
): Promise<People> {
  const [everybody, withEvents] = [new PeopleSet(), new PeopleSet()];
  for (const bucket of await people.of(known, requests.tiers)) everybody.addAll(bucket.requests);
  for (const bucket of await people.of(known, events.tiers)) withEvents.addAll(bucket.events);
  for (const { person } of await rawPeople(known.tx, requests, 'performance_metrics')) {
    everybody.add(people.numberOf(person));
  }
  for (const { person } of await rawPeople(known.tx, events, 'usage_events')) withEvents.add(people.numberOf(person));
  everybody.addAll(withEvents);
  return { active: everybody.size, withEvents: withEvents.size };
}

/** Digests of people. Of one table: for a UNION of two Postgres starts workers, which takes longer than finding the few rows. */
async function rawPeople(
  tx: EntityManager,
  plan: ReadingPlan,
  table: 'performance_metrics' | 'usage_events',
): Promise<readonly { person: string }[]> {
  const parameters = new Parameters();
  const [statement] = rawRows(parameters, plan, table, `${digestSql('user_id')} AS person`, '');
  return statement === undefined ? [] : (tx.query(statement, parameters.values) as Promise<{ person: string }[]>);
}

/** How many different people whose events were recorded there were in each step; steps are in milliseconds since 1970. */
export async function countUsersByStep(
  known: KnownPieces,
  people: NumberedPeople,
  { tiers, raw }: ReadingPlan,
  stepMs: number,
): Promise<ReadonlyMap<number, number>> {
  // For a bucket that is a whole step it is written down; what is put together of more must be looked through for the same people.
  const whole = tiers.filter(({ granularityMs }) => granularityMs === stepMs);
  const counts = new Map<number, number>();
  for (const piece of await known.of(['usage'], 'unique users', whole, (one) => readUniqueUsers(known.tx, one))) {
    for (const { step, users } of piece) counts.set(step.getTime(), users);
  }
  const steps = new Map<number, PeopleSet>();
  const peopleOf = (step: number): PeopleSet => {
    const known = steps.get(step) ?? new PeopleSet();
    steps.set(step, known);
    return known;
  };
  const parts = tiers.filter((piece) => !whole.includes(piece));
  for (const { begin, events } of await people.of(known, parts)) peopleOf(startOf(stepMs, begin)).addAll(events);
  const parameters = new Parameters();
  const columns = `${stepSql('"timestamp"', stepMs)} AS step, ${digestSql('user_id')} AS person`;
  const [statement] = rawRows(parameters, { raw }, 'usage_events', columns, '');
  const rows = statement === undefined ? [] : await known.tx.query(statement, parameters.values);
  for (const { step, person } of rows as { step: Date; person: string }[]) {
    peopleOf(step.getTime()).add(people.numberOf(person));
  }
  for (const [step, { size }] of steps) counts.set(step, size);
  return counts;
}

function readUniqueUsers(tx: EntityManager, piece: TierPiece): Promise<readonly { step: Date; users: number }[]> {
  const parameters = new Parameters();
  return tx.query(
    `SELECT time_bucket AS step, unique_users AS users FROM ${piecesOf(parameters, [piece])}
     JOIN metric_totals ON granularity_min = piece.minutes AND metric_type = 'usage'
       AND time_bucket >= piece.begins AND time_bucket < piece.ends`,
    parameters.values,
  ) as Promise<{ step: Date; users: number }[]>;
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
  const groups = columns.includes(' AS step') ? '1, user_id' : 'user_id';
  return [
    `SELECT ${columns} FROM ${table}
     WHERE (${timesWithin(parameters, raw)}) AND user_id IS NOT NULL${filter} GROUP BY ${groups}`,
  ];
}
