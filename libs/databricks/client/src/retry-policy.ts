import type { PlatformError } from './platform-error';

export interface RetryPolicy {
  /** Waits before the second, third, ... try; their number is the number of retries. */
  readonly delaysMs: readonly number[];
  /** All tries and waits together end here. */
  readonly budgetMs: number;
  /** Whether a 429 that says when to come back is waited for. */
  readonly waitWhenRateLimited: boolean;
  /** Whether a plain 500 is tried again too; official SDKs do not, so neither does the default. */
  readonly repeatServerErrors?: boolean;
}

export const defaultRetryPolicy: RetryPolicy = {
  delaysMs: [100, 300, 1_000],
  budgetMs: 20_000,
  waitWhenRateLimited: true,
};

/** How long to wait before the next try, or undefined when the failure is final. */
export function delayBeforeRetry(
  policy: RetryPolicy,
  failure: PlatformError,
  attempt: number,
  elapsedMs: number,
  random: () => number = Math.random,
): number | undefined {
  const planned = policy.delaysMs[attempt - 1];
  if (planned === undefined || !mayPass(failure, policy)) return undefined;
  // Full jitter on the upper half: callers that failed together do not come back together.
  const jittered = planned / 2 + random() * (planned / 2);
  const delay = Math.max(jittered, (failure.retryAfterSeconds ?? 0) * 1000);
  return elapsedMs + delay > policy.budgetMs ? undefined : delay;
}

function mayPass(failure: PlatformError, policy: RetryPolicy): boolean {
  if (failure.kind === 'rate_limited') return policy.waitWhenRateLimited;
  if (failure.kind === 'unavailable') return true;
  if (policy.repeatServerErrors === true && failure.status !== undefined && failure.status >= 500) return true;
  return failure.kind === 'timeout' && failure.status === 504;
}
