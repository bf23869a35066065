import { InvalidRequest } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '../roll-up/raw-tables';
import { EndpointTemplates } from './endpoint-templates';
import { exactFiguresOf, figuresOf, NO_FIGURES } from './latency-figures';
import { together } from './latency-reader';
import type { LatencyFilter } from './latency-statements';
import { MetricsAnswers, iso, type Asked } from './metrics-answers';
import { isRaw, rangeBefore, rangeOf, type MetricsRange } from './metrics-range';
import type {
  EndpointMetricsDto,
  PerformanceMetricsDto,
  PerformanceQuery,
  PerformanceTotalsDto,
  PreviousPerformanceDto,
} from './performance-metrics.dto';

/** Who used one endpoint, or did one thing, is looked up in raw rows; over longer than that it takes too long. */
export const LONGEST_FILTERED_USERS_MS = 48 * HOUR_MS;

/** What is said of some requests: all together, and endpoint by endpoint. */
type Performance = Pick<PerformanceMetricsDto, 'metrics' | 'endpoints'>;

/** How fast requests were answered, and how many failed. */
@Injectable()
export class PerformanceReport {
  constructor(
    private readonly answers: MetricsAnswers,
    private readonly templates: EndpointTemplates,
  ) {}

  of(query: PerformanceQuery): Promise<PerformanceMetricsDto> {
    const { source = null, percentiles = null, compare = null } = query;
    const filter = { endpoint: this.templates.of(query.endpoint), method: query.method };
    this.refuseImpossible(query);
    const question = ['performance', filter.endpoint ?? null, filter.method ?? null, source, percentiles, compare];
    const read = source === 'raw' ? exactly(percentiles ?? 'disc') : fromEverywhere;
    return this.answers.answer(
      question,
      query,
      async (asked) => ({
        ...(await read(asked, asked.range, filter)),
        previous: compare === null ? null : await previous(asked, filter, read),
      }),
      percentiles === 'cont' ? 'cont' : 'nearest_rank',
    );
  }

  private refuseImpossible(query: PerformanceQuery): void {
    const now = this.answers.now();
    if (query.source === 'raw' && !isRaw(rangeOf(query, now), now))
      throw rawIsGone('source', 'raw reaches back 7 days');
    if (query.percentiles === 'cont' && query.source !== 'raw') {
      const message = 'cont needs source=raw: histograms know no values to interpolate between';
      throw new InvalidRequest(`percentiles ${message}`, [{ path: 'percentiles', message }]);
    }
  }
}

/** The time asked about is longer ago than single requests are kept. */
export function rawIsGone(path: string, what: string): InvalidRequest {
  const message = `${what}: single requests are kept for 7 days`;
  return new InvalidRequest(`${path} ${message}`, [{ path, message }]);
}

type Read = (asked: Asked, range: MetricsRange, filter: LatencyFilter) => Promise<Performance>;

async function fromEverywhere(asked: Asked, range: MetricsRange, filter: LatencyFilter): Promise<Performance> {
  const { groups } = await asked.snapshot.latency(range, filter, 'endpoint');
  const whole = together(groups);
  return {
    metrics: {
      total_requests: whole.requests,
      ...figuresOf(whole),
      active_users: await activeUsers(asked, range, filter),
    },
    endpoints: slowestFirst(
      groups.map((group) => ({
        endpoint: group.endpoint,
        method: group.method,
        request_count: group.requests,
        ...figuresOf(group),
      })),
    ),
  };
}

function exactly(kind: 'disc' | 'cont'): Read {
  return async (asked, range, filter) => {
    const endpoints = await asked.snapshot.exactLatency(range, filter, 'endpoint', kind);
    const { raw } = asked.snapshot.sources;
    const [whole] = await asked.snapshot.exactLatency(range, filter, 'nothing', kind);
    // The same rows, looked at twice.
    asked.snapshot.sources.raw = raw;
    return {
      metrics: {
        total_requests: whole?.requests ?? 0,
        ...(whole === undefined ? NO_FIGURES : exactFiguresOf(whole)),
        active_users: await activeUsers(asked, range, filter),
      },
      endpoints: slowestFirst(
        endpoints.map((row) => ({
          endpoint: row.endpoint,
          method: row.method,
          request_count: row.requests,
          ...exactFiguresOf(row),
        })),
      ),
    };
  };
}

async function previous(asked: Asked, filter: LatencyFilter, read: Read): Promise<PreviousPerformanceDto | null> {
  const { range, now, snapshot } = asked;
  const before = rangeBefore(range, now);
  if (before === undefined || (read !== fromEverywhere && !isRaw(before, now))) return null;
  // What the time before was read from is not what the answer was read from.
  const sources = { ...snapshot.sources };
  const { metrics }: { metrics: PerformanceTotalsDto } = await read(asked, before, filter);
  Object.assign(snapshot.sources, sources);
  return { start_time: iso(before.start), end_time: iso(before.end), metrics };
}

async function activeUsers(
  { snapshot, now }: Asked,
  range: MetricsRange,
  filter: LatencyFilter,
): Promise<number | null> {
  if (filter.endpoint === undefined && filter.method === undefined) {
    return (await snapshot.people(range)).active;
  }
  return range.end - range.start <= LONGEST_FILTERED_USERS_MS && isRaw(range, now)
    ? snapshot.usersOf(range, 'performance', filter)
    : null;
}

function slowestFirst(endpoints: EndpointMetricsDto[]): EndpointMetricsDto[] {
  const order = (left: EndpointMetricsDto, right: EndpointMetricsDto): number =>
    (right.avg_response_time_ms ?? 0) - (left.avg_response_time_ms ?? 0) ||
    (left.endpoint < right.endpoint ? -1 : left.endpoint > right.endpoint ? 1 : 0) ||
    (left.method < right.method ? -1 : 1);
  return endpoints.sort(order);
}
