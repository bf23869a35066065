import type { CollectionLimits } from './collection-limits';

/** How long to wait between attempts at a database that does not take anything. */
export class RetryPauses {
  private failures = 0;

  constructor(private readonly limits: Pick<CollectionLimits, 'retryMs' | 'longestRetryMs'>) {}

  /** An attempt that itself took long has been waited for already: a line that is dead for seconds should not stay unused for more. */
  afterFailure(tookMs: number, chance = Math.random()): number {
    const { retryMs, longestRetryMs } = this.limits;
    const longest = Math.min(retryMs * 2 ** this.failures++, longestRetryMs);
    const pause = longest * (0.5 + chance / 2);
    return Math.max(pause - tookMs, Math.min(pause, retryMs));
  }

  success(): void {
    this.failures = 0;
  }
}
