import { setImmediate as nextTurn } from 'node:timers/promises';
import { TokenBuckets, type UserCaller } from '@lakescope/server-http';
import { LakebaseNotConfigured } from '@lakescope/server-persistence';
import { Inject, Injectable } from '@nestjs/common';
import { MetricsClock } from '../collection/metrics-clock';
import type { RawBody } from './raw-body';
import { UsageBatches } from './usage-batches';
import { UsageEventJudge, type StorableEvent } from './usage-event-judge';
import { UsageEventStore } from './usage-event-store';
import type { RejectedUsageEvent, UsageEventsReceipt } from './usage-events-receipt.dto';
import { UsageLimits } from './usage-limits';
import { TooManyBatches, UsageEventsNotKept } from './usage.errors';

interface Judged {
  readonly storable: StorableEvent[];
  readonly rejected: RejectedUsageEvent[];
}

/** Takes what browsers tell of people. */
@Injectable()
export class UsageEventRecorder {
  private readonly batchesOfUser: TokenBuckets;

  constructor(
    @Inject(UsageLimits) private readonly limits: UsageLimits,
    private readonly batches: UsageBatches,
    private readonly judge: UsageEventJudge,
    private readonly store: UsageEventStore,
    private readonly clock: MetricsClock,
  ) {
    this.batchesOfUser = new TokenBuckets(limits.batchesPerMinute / 60, 60);
  }

  async record(caller: UserCaller, body: RawBody): Promise<UsageEventsReceipt> {
    // Before anything is inflated or parsed, so that a flood costs next to nothing.
    const waitMs = this.batchesOfUser.take(caller.userId, performance.now());
    if (waitMs > 0) throw new TooManyBatches(this.limits.batchesPerMinute, Math.ceil(waitMs / 1000));
    const events = await this.batches.read(body);
    const { storable, rejected } = await this.judged(events);
    const inserted = storable.length === 0 ? 0 : await this.insert(caller, storable);
    return {
      received: events.length,
      inserted,
      duplicates: storable.length - inserted,
      rejected,
      server_time: new Date(this.clock.now()).toISOString(),
      deduplicated: storable.every(({ hasOwnId }) => hasOwnId),
    };
  }

  /** A thousand events with all the metadata they may have take a while: everybody else gets a turn in between. */
  private async judged(events: readonly unknown[]): Promise<Judged> {
    const now = Math.floor(this.clock.now());
    const storable: StorableEvent[] = [];
    const rejected: RejectedUsageEvent[] = [];
    let turnEnds = performance.now() + this.limits.turnMs;
    for (const [index, event] of events.entries()) {
      const verdict = this.judge.judge(event, now);
      if ('event' in verdict) storable.push(verdict.event);
      else rejected.push({ index, reason: verdict.reason });
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      turnEnds = performance.now() + this.limits.turnMs;
    }
    return { storable, rejected };
  }

  private async insert(caller: UserCaller, events: readonly StorableEvent[]): Promise<number> {
    try {
      return await this.store.insert(caller, events);
    } catch (error) {
      throw error instanceof LakebaseNotConfigured ? new UsageEventsNotKept(error) : error;
    }
  }
}
