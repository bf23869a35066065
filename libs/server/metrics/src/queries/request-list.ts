import { Cursors, type JsonValue } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_MS, MINUTE_MS } from '../roll-up/raw-tables';
import { EndpointTemplates } from './endpoint-templates';
import { MetricsAnswers } from './metrics-answers';
import { isRaw, rangeOf, type Interval } from './metrics-range';
import { MetricsReader } from './metrics-reader';
import type { ListRequestsQuery, ObservedRequestDto, ObservedRequestPage } from './observed-request.dto';
import { Parameters } from './parameters';
import { rawIsGone } from './performance-report';

/** Where a page ended. Later requests are before the first page, so no page shifts. */
interface Place extends Interval {
  /** Of the last request of the page, in milliseconds since 1970. */
  readonly timestamp: number;
  /** Where its row lies (`ctid`): requests of one moment lie in one partition. */
  readonly place: string;
}

interface RequestRow extends Omit<ObservedRequestDto, 'timestamp'> {
  timestamp: Date;
  place: string;
}

const FIRST_LOOK_MS = 5 * MINUTE_MS;
const LONGEST_LOOK_MS = DAY_MS;

/** Single requests, latest first. */
@Injectable()
export class RequestList {
  constructor(
    private readonly answers: MetricsAnswers,
    private readonly reader: MetricsReader,
    private readonly templates: EndpointTemplates,
    private readonly cursors: Cursors,
  ) {}

  async page(query: ListRequestsQuery): Promise<ObservedRequestPage> {
    const endpoint = this.templates.of(query.endpoint);
    const scope = JSON.stringify(['requests', endpoint ?? null, ...filterOf(query)]);
    const after = query.cursor === undefined ? undefined : placeOf(this.cursors.decode(scope, query.cursor));
    const range = after ?? this.rangeOf(query);
    const found = await this.reader.read(({ tx }) => latest(tx, { ...query, endpoint }, range, after));
    const rows = found.slice(0, query.limit);
    const last = found.length > query.limit ? rows.at(-1) : undefined;
    return {
      items: rows.map(({ place: _place, timestamp, ...row }) => ({ timestamp: timestamp.toISOString(), ...row })),
      // The next page is of the same time, also when it was asked for by its length.
      next_cursor:
        last === undefined
          ? null
          : this.cursors.encode(scope, [range.from, range.to, last.timestamp.getTime(), last.place]),
    };
  }

  private rangeOf(query: ListRequestsQuery): Interval {
    const now = this.answers.now();
    const range = rangeOf(query, now);
    if (!isRaw(range, now)) throw rawIsGone(query.start === undefined ? 'time_range' : 'start', 'is too long ago');
    return { from: range.start, to: range.end };
  }
}

/**
 * Raw rows have no index by time, only a note of which pages hold which minutes. So they are looked at backwards, a stretch of time at a
 * time, and each stretch is longer than the one before: what many requests match is found in the last minutes.
 */
async function latest(
  tx: EntityManager,
  query: ListRequestsQuery,
  { from, to }: Interval,
  after: Place | undefined,
): Promise<RequestRow[]> {
  const rows: RequestRow[] = [];
  let look = FIRST_LOOK_MS;
  for (let end = after === undefined ? to : after.timestamp + 1; end > from && rows.length <= query.limit;) {
    const begin = Math.max(from, end - look);
    rows.push(...(await stretch(tx, query, { from: begin, to: end }, after, query.limit + 1 - rows.length)));
    end = begin;
    look = Math.min(look * 4, LONGEST_LOOK_MS);
  }
  return rows;
}

function stretch(
  tx: EntityManager,
  query: ListRequestsQuery,
  { from, to }: Interval,
  after: Place | undefined,
  limit: number,
): Promise<RequestRow[]> {
  const parameters = new Parameters();
  const instant = (value: number): string => `${parameters.add(new Date(value).toISOString())}::timestamptz`;
  const conditions = [`"timestamp" >= ${instant(from)}`, `"timestamp" < ${instant(to)}`];
  if (after !== undefined)
    conditions.push(`("timestamp", ctid) < (${instant(after.timestamp)}, ${parameters.add(after.place)}::tid)`);
  if (query.endpoint !== undefined) conditions.push(`endpoint = ${parameters.add(query.endpoint)}`);
  if (query.method !== undefined) conditions.push(`method = ${parameters.add(query.method)}`);
  if (query.user_id !== undefined) conditions.push(`user_id = ${parameters.add(query.user_id)}`);
  if (query.min_ms !== undefined) conditions.push(`response_time_ms >= ${parameters.add(query.min_ms)}::float8`);
  if (query.status !== undefined) {
    const [lowest, highest] = statusesOf(query.status);
    conditions.push(`status_code BETWEEN ${parameters.add(lowest)} AND ${parameters.add(highest)}`);
  }
  return tx.query(
    `SELECT ctid::text AS place, "timestamp", endpoint, method, status_code, response_time_ms, user_id, error_type, correlation_id
     FROM performance_metrics WHERE ${conditions.join(' AND ')}
     ORDER BY "timestamp" DESC, ctid DESC LIMIT ${parameters.add(limit)}`,
    parameters.values,
  ) as Promise<RequestRow[]>;
}

/** `404` is itself, `4xx` all of its hundred. */
function statusesOf(status: string): [lowest: number, highest: number] {
  return [Number(status.replace('xx', '00')), Number(status.replace('xx', '99'))];
}

/** What the list was asked for: a cursor of another question is refused. */
function filterOf({ time_range, start, end, method, status, user_id, min_ms }: ListRequestsQuery): JsonValue[] {
  return [time_range, start, end, method, status, user_id, min_ms].map((value) => value ?? null);
}

function placeOf(value: JsonValue): Place {
  const [from, to, timestamp, place] = Array.isArray(value) ? value : [];
  if (
    typeof from !== 'number' ||
    typeof to !== 'number' ||
    typeof timestamp !== 'number' ||
    typeof place !== 'string'
  ) {
    throw new Error('A signed cursor of requests is odd');
  }
  return { from, to, timestamp, place };
}
