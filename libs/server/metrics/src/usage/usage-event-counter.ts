import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import type { CountUsageEventsQuery } from './count-usage-events.dto';
import type { UsageEventCount } from './usage-event-count.dto';

const DAYS = { '24h': 1, '7d': 7, '30d': 30, '90d': 90 } as const;
const DAY = 24 * 60 * 60 * 1000;

/** Counts a person's own events. */
@Injectable()
export class UsageEventCounter {
  constructor(
    private readonly database: Database,
    private readonly clock: MetricsClock,
  ) {}

  async count(caller: UserCaller, query: CountUsageEventsQuery): Promise<UsageEventCount> {
    const { name, start, end } = rangeOf(query, this.clock.now());
    const [row] = await this.database.asUser<{ count: number }[]>(
      caller,
      (tx) =>
        tx.query(
          `SELECT count(*)::integer AS count FROM usage_events WHERE user_id = $1 AND "timestamp" >= $2 AND "timestamp" < $3`,
          [caller.userId, start, end],
        ),
      { feature: 'Counting usage events', repeat: 'read' },
    );
    return {
      count: row?.count ?? 0,
      time_range: name,
      start_time: start.toISOString(),
      end_time: end.toISOString(),
    };
  }
}

function rangeOf(
  { time_range = '24h', start, end }: CountUsageEventsQuery,
  now: number,
): { name: string; start: Date; end: Date } {
  if (start === undefined && end === undefined) {
    return { name: time_range, start: new Date(now - DAYS[time_range] * DAY), end: new Date(now) };
  }
  const [from, to] = [Date.parse(start ?? ''), Date.parse(end ?? '')];
  if (!(from < to)) throw new InvalidRequest('start and end must be times, and start before end');
  return { name: 'custom', start: new Date(from), end: new Date(to) };
}
