import { setTimeout as delay } from 'node:timers/promises';
import { AlreadyExists, CommitConflict } from '../errors';

/** With six writers that never pause, every one of them gets through in about ten. */
const MAX_ATTEMPTS = 40;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Tries to commit until no other writer is faster. An attempt begins with the newest version, and fails with AlreadyExists when somebody took
 * the one after it. CommitConflict BUSY when that never ends.
 */
export async function attemptCommit<T>(attempt: (tries: number) => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let tries = 0; tries < MAX_ATTEMPTS; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(tries);
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), undefined, { signal });
    }
  }
  throw new CommitConflict('BUSY', `Other writers took every version in ${MAX_ATTEMPTS} attempts to commit`);
}
