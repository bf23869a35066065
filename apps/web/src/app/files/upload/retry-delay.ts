import { type Problem } from '@lakescope/web-api';

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
/** After so many failures in a row a person decides: about three minutes. */
export const MOST_ATTEMPTS = 9;

/**
 * 408, 429, what the server or the way to it failed with, and somebody else who is writing the file at this moment: another
 * try may well succeed. Any other refusal stands, and so does what this workspace does not offer at all.
 */
export function isPassing({ status, code, details, retryAfterSeconds }: Problem): boolean {
  if (code === 'LAKEBASE_NOT_CONFIGURED' || details['alternative'] !== undefined) return false;
  if (status === 409) return code === 'CONFLICT' && retryAfterSeconds !== undefined;
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/**
 * Milliseconds to wait before the next try: doubled each time, and spread by chance so that many who lost the same
 * server do not come back at once. `attempt` counts failures from 1. The server's own Retry-After is never undercut.
 */
export function retryDelay(attempt: number, problem: Problem, chance: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  const spread = most / 2 + (most / 2) * chance;
  return Math.max(spread, (problem.retryAfterSeconds ?? 0) * 1000);
}
