import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import { rangeOf } from '../queries/metrics-range';
import type { RangeQuery } from '../queries/metrics-range.dto';
import { firstKeptDay } from '../roll-up/raw-tables';
import type { UsageEventCount } from './usage-event-count.dto';

/** Events of the days that are kept whole are counted one by one, those before by the hour. */
const COUNT = `
  SELECT ((SELECT count(*) FROM usage_events
           WHERE user_id = $1 AND "timestamp" >= greatest($2::timestamptz, $4) AND "timestamp" < $3)
        + (SELECT coalesce(sum(events), 0) FROM metric_users
           WHERE user_id = $1 AND granularity_min = 60 AND time_bucket >= $2 AND time_bucket < least($3::timestamptz, $4))
         )::float8 AS count`;

/** Counts a person's own events, so that whoever has sent them can tell whether any was lost. */
@Injectable()
export class UsageEventCounter {
  constructor(
    private readonly database: Database,
    private readonly clock: MetricsClock,
  ) {}

  async count(caller: UserCaller, query: RangeQuery): Promise<UsageEventCount> {
    const now = this.clock.now();
    const { label, start, end, from, to } = rangeOf(query, now);
    const times = [from, to, firstKeptDay(now)].map((instant) => new Date(instant));
    const [row] = await this.database.asUser<{ count: number }[]>(
      caller,
      (tx) => tx.query(COUNT, [caller.userId, ...times]),
      { feature: 'Counting usage events', repeat: 'read' },
    );
    return {
      count: row?.count ?? 0,
      time_range: label,
      start_time: new Date(start).toISOString(),
      end_time: new Date(end).toISOString(),
    };
  }
}
