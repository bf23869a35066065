import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

/** What is asked for again and again until it holds. */
export async function until<T>(ask: () => Promise<T> | T, holds: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > end) throw new Error(`It did not come to that: ${JSON.stringify(answer)}`);
    await delay(20);
  }
}
