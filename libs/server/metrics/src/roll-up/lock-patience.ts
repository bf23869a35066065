import { setTimeout as delay } from 'node:timers/promises';
import type { RunStatement } from '@lakescope/server-persistence';

/** SQLSTATE of a lock that was not to be had in time. */
export const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Who waits for a lock on a table holds up everybody who comes after: so long a flush may stand still behind us, and what we do with
 * the lock takes some 30 ms more.
 */
export const LOCK_PATIENCE_MS = 150;

/** Waits before the next attempt to get a lock, in which those behind us get their turn. */
const PAUSES_MS = [200, 400, 800, 1_600];

/** Locks of this transaction are waited for no longer than others may be held up. */
export async function limitLockWaits(run: RunStatement): Promise<void> {
  await run(`SET LOCAL lock_timeout = ${LOCK_PATIENCE_MS}`);
}

/** Tries again when a lock was not to be had, a few times; the last refusal is thrown. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isLockRefusal(error)) throw error;
      await delay(pause * (0.5 + Math.random()));
    }
  }
  return work();
}

export function isLockRefusal(error: unknown): boolean {
  return sqlStateOf(error) === LOCK_NOT_AVAILABLE;
}

export function sqlStateOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}
