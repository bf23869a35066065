import { Injectable } from '@nestjs/common';
import { defaults } from './defaults';
import type { PoolUse } from './lakebase-data-source';

/** What happened to the connection pool within one interval. */
export interface PoolInterval {
  /** Begin of the interval. */
  at: Date;
  /** Most connections that were open. */
  total: number;
  /** Fewest connections that were open and unused. */
  idle: number;
  /** Most callers that waited for a connection. */
  waiting: number;
  /** Connections that were handed out. */
  acquires: number;
  /** Longest that somebody waited for one, in milliseconds. */
  longestWaitMs: number;
  connects: number;
  connectFailures: number;
  /** Of the failures, those where the server refused the credential. */
  authFailures: number;
  credentialRefreshes: number;
}

type Counter = 'connects' | 'connectFailures' | 'authFailures' | 'credentialRefreshes';

/**
 * The last hour of the pool in intervals of ten seconds. Written when something happens and by no timer, which would keep the process
 * awake: an interval in which nothing happened is not there.
 */
@Injectable()
export class PoolHistory {
  readonly intervalSeconds = defaults.historyIntervalSeconds;
  /** The most connections the pool opens. */
  readonly max = defaults.poolSize;
  private readonly intervals: PoolInterval[] = [];

  count(what: Counter, now = Date.now()): void {
    this.current(now)[what] += 1;
  }

  /** A connection was handed out, or waiting for one was given up. */
  acquired(waitMs: number, use: PoolUse, now = Date.now()): void {
    const interval = this.current(now);
    interval.acquires += 1;
    interval.longestWaitMs = Math.max(interval.longestWaitMs, Math.round(waitMs * 10) / 10);
    observe(interval, use);
  }

  observe(use: PoolUse, now = Date.now()): void {
    observe(this.current(now), use);
  }

  /** Oldest first; nothing older than the window, however long nobody looked. */
  recent(now = Date.now()): readonly Readonly<PoolInterval>[] {
    const from = startOf(now) - (defaults.historyIntervals - 1) * this.intervalSeconds * 1000;
    return this.intervals
      .filter(({ at }) => at.getTime() >= from)
      .map((interval) => ({ ...interval, idle: Number.isFinite(interval.idle) ? interval.idle : 0 }));
  }

  private current(now: number): PoolInterval {
    const start = startOf(now);
    const last = this.intervals.at(-1);
    // A clock that was set back writes on in the interval it had reached.
    if (last !== undefined && last.at.getTime() >= start) return last;
    const interval: PoolInterval = {
      at: new Date(start),
      total: 0,
      idle: Infinity,
      waiting: 0,
      acquires: 0,
      longestWaitMs: 0,
      connects: 0,
      connectFailures: 0,
      authFailures: 0,
      credentialRefreshes: 0,
    };
    this.intervals.push(interval);
    if (this.intervals.length > defaults.historyIntervals) this.intervals.shift();
    return interval;
  }
}

function observe(interval: PoolInterval, use: PoolUse): void {
  interval.total = Math.max(interval.total, use.total);
  interval.idle = Math.min(interval.idle, use.idle);
  interval.waiting = Math.max(interval.waiting, use.waiting);
}

function startOf(now: number): number {
  const length = defaults.historyIntervalSeconds * 1000;
  return Math.floor(now / length) * length;
}
