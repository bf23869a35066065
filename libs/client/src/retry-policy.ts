import { ConnectionFailure, LakescopeProblem, UnexpectedAnswer } from './lakescope-problem';

/** How often and how soon a call is tried again. */
export interface RetryPolicy {
  /** Tries altogether, the first included; 1: never again. */
  attempts: number;
  /** The longest pause before the second try, in ms; it doubles from try to try. */
  baseMs: number;
  /** The longest pause before any try, in ms, unless the server asks for a longer one. */
  maxMs: number;
}

/** What a client does when it is not told otherwise. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 4, baseMs: 250, maxMs: 8_000 };

export interface FailedTry {
  failure: unknown;
  /** Tries so far, at least 1. */
  tries: number;
  isIdempotent: boolean;
  /** What is left of the call's time, in ms. */
  remainingMs: number;
  policy: RetryPolicy;
  /** From 0 up to 1. */
  random: number;
}

const PASSING = [408, 429, 502, 503, 504];
/** 503 that no waiting cures. */
const LASTING = /_NOT_CONFIGURED$/;

/**
 * Milliseconds to wait before the next try; undefined when there is none: the failure would last, the call may have had an effect that
 * must not happen twice, or the time does not suffice. Pauses have full jitter, so that clients who failed at one moment do not come
 * back at one moment, and are never shorter than the server asks.
 */
export function delayBeforeRetry({ failure, tries, isIdempotent, remainingMs, policy, random }: FailedTry) {
  if (!isIdempotent || tries >= policy.attempts || !isPassing(failure)) return undefined;
  const jitter = random * Math.min(policy.maxMs, policy.baseMs * 2 ** (tries - 1));
  const delay = jitter + askedSeconds(failure) * 1000;
  return delay < remainingMs ? delay : undefined;
}

/** Whether the same call may well succeed later. */
export function isPassing(failure: unknown): boolean {
  if (failure instanceof ConnectionFailure) return true;
  if (failure instanceof LakescopeProblem) return PASSING.includes(failure.status) && !LASTING.test(failure.code);
  return failure instanceof UnexpectedAnswer && PASSING.includes(failure.status);
}

function askedSeconds(failure: unknown): number {
  const knows = failure instanceof LakescopeProblem || failure instanceof UnexpectedAnswer;
  return (knows ? failure.retryAfterSeconds : undefined) ?? 0;
}
