const WINDOW_SECONDS = 60;

/** Upper bounds of the buckets, in milliseconds. */
export const LATENCY_BOUNDS: readonly number[] = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000,
];

interface Second {
  second: number;
  requests: number;
  clientErrors: number;
  serverErrors: number;
}

/** Counts of the last minute. */
export type LastMinute = Omit<Second, 'second'>;

/** What happened to the requests of a served entity. Kept in memory: the platform's export has no past either. */
export class EntityMetrics {
  private seconds: Second[] = [];
  /** One for each bound, and one for everything above. */
  readonly buckets: number[] = LATENCY_BOUNDS.map(() => 0).concat(0);
  latencySum = 0;
  latencyCount = 0;

  record(status: number, milliseconds: number, now = Date.now()): void {
    const second = Math.floor(now / 1000);
    let latest = this.seconds.at(-1);
    if (latest?.second !== second) {
      latest = { second, requests: 0, clientErrors: 0, serverErrors: 0 };
      this.seconds = [...this.recent(second), latest];
    }
    latest.requests += 1;
    if (status >= 500) latest.serverErrors += 1;
    else if (status >= 400) latest.clientErrors += 1;
    const index = LATENCY_BOUNDS.findIndex((bound) => milliseconds <= bound);
    const bucket = index < 0 ? LATENCY_BOUNDS.length : index;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.latencySum += milliseconds;
    this.latencyCount += 1;
  }

  lastMinute(now = Date.now()): LastMinute {
    const total = { requests: 0, clientErrors: 0, serverErrors: 0 };
    for (const { requests, clientErrors, serverErrors } of this.recent(Math.floor(now / 1000))) {
      total.requests += requests;
      total.clientErrors += clientErrors;
      total.serverErrors += serverErrors;
    }
    return total;
  }

  private recent(second: number): Second[] {
    return this.seconds.filter((one) => one.second > second - WINDOW_SECONDS);
  }
}
