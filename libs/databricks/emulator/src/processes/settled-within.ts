import { setTimeout as delay } from 'node:timers/promises';

/** Waits for work, but no longer than this; answers whether it is done. Rejects as the work does. */
export async function settledWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const patience = delay(milliseconds, false, { signal: done.signal });
  try {
    return await Promise.race([work.then(() => true), patience]);
  } finally {
    // Nobody waits for it any more.
    patience.catch(() => undefined);
    done.abort();
  }
}
