import type { EntityManager } from 'typeorm';
import { stepSql, timesWithin } from './latency-statements';
import { Parameters } from './parameters';
import type { KnownPieces } from './piece-memory';
import type { ReadingPlan } from './reading-plan';
import { addSources, noSources, type Sources } from './sources';
import { piecesOf } from './tier-pieces';

/** Events of one type on one page, or of one step. */
export interface EventCount {
  readonly eventType: string;
  /** '' when the events name none. */
  readonly page: string;
  /** Where the step begins, in milliseconds since 1970; 0 when nobody asked for steps. */
  readonly step: number;
  readonly events: number;
}

export interface UsageReading {
  readonly counts: readonly EventCount[];
  readonly sources: Sources;
}

interface EventRow {
  event_type: string;
  page: string;
  step: Date | null;
  events: number;
  five_minutes: number;
  hours: number;
  days: number;
  raw: number;
}

/** What is kept apart: types and pages, or steps of so many milliseconds. */
export type UsageGrouping = 'type and page' | { readonly stepMs: number };

/** Counts usage events from where the plan says. */
export async function readUsage(
  known: KnownPieces,
  plan: ReadingPlan,
  eventType: string | undefined,
  grouping: UsageGrouping,
): Promise<UsageReading> {
  const { tx } = known;
  const question = JSON.stringify(['events', eventType ?? null, grouping]);
  const readings = [
    ...(await known.of(['usage'], question, plan.tiers, (piece) =>
      readAt(tx, { tiers: [piece], raw: [] }, eventType, grouping),
    )),
    ...(plan.raw.length === 0 ? [] : [await readAt(tx, { tiers: [], raw: plan.raw }, eventType, grouping)]),
  ];
  const counts = new Map<string, EventCount>();
  const sources = noSources();
  for (const reading of readings) {
    addSources(sources, reading.sources);
    for (const count of reading.counts) {
      const key = JSON.stringify([count.eventType, count.page, count.step]);
      counts.set(key, { ...count, events: count.events + (counts.get(key)?.events ?? 0) });
    }
  }
  return { counts: [...counts.values()], sources };
}

async function readAt(
  tx: EntityManager,
  plan: ReadingPlan,
  eventType: string | undefined,
  grouping: UsageGrouping,
): Promise<UsageReading> {
  const parameters = new Parameters();
  const key = (page: string, time: string): string =>
    grouping === 'type and page'
      ? `event_type, ${page} AS page, NULL::timestamptz AS step`
      : `'' AS event_type, '' AS page, ${stepSql(time, grouping.stepMs)} AS step`;
  const ofType = eventType === undefined ? '' : `AND event_type = ${parameters.add(eventType)}`;
  // Where neither types nor pages are kept apart, or chosen, their total is written down.
  const isOfTypes = typeof grouping === 'string' || eventType !== undefined;
  // As in the index, where rows of requests are passed over.
  const source = isOfTypes ? `aggregated_metrics WHERE event_type > '' AND` : 'metric_totals WHERE';
  const parts = [
    `SELECT ${key('endpoint_path', 'time_bucket')}, sample_count AS events, minutes
     FROM ${piecesOf(parameters, plan.tiers)}
     CROSS JOIN LATERAL (
       SELECT * FROM ${source} granularity_min = piece.minutes
         AND time_bucket >= piece.begins AND time_bucket < piece.ends AND metric_type = 'usage' ${ofType}
       OFFSET 0
     ) AS tier`,
  ];
  if (plan.raw.length > 0) {
    parts.push(
      `SELECT ${key(`coalesce(page_name, '')`, '"timestamp"')}, count(*) AS events, 0 AS minutes
       FROM usage_events WHERE (${timesWithin(parameters, plan.raw)}) ${ofType} GROUP BY 1, 2, 3`,
    );
  }
  const of = (minutes: number, name: string): string =>
    `coalesce(sum(events) FILTER (WHERE minutes = ${minutes}), 0)::float8 AS ${name}`;
  const rows = (await tx.query(
    `SELECT event_type, page, step, sum(events)::float8 AS events,
            ${of(5, 'five_minutes')}, ${of(60, 'hours')}, ${of(1440, 'days')}, ${of(0, 'raw')}
     FROM (${parts.join(' UNION ALL ')}) AS counted GROUP BY 1, 2, 3`,
    parameters.values,
  )) as EventRow[];
  const sources = noSources();
  for (const row of rows) {
    sources['5m'] += row.five_minutes;
    sources['1h'] += row.hours;
    sources['1d'] += row.days;
    sources.raw += row.raw;
  }
  return {
    counts: rows.map(({ event_type, page, step, events }) => ({
      eventType: event_type,
      page,
      step: step?.getTime() ?? 0,
      events,
    })),
    sources,
  };
}
