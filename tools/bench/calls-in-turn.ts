import type { SeededRandom } from '@lakescope/server-testing';

/** Somebody who is asked the same again and again. */
export interface Asked {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Milliseconds of calls, by who was asked. */
export type Round = readonly (readonly number[])[];

/**
 * One call at a time, to each in turn, so that whatever slows the machine down slows all of them. Each turn begins with the next one, so
 * that nobody always comes after the same neighbour and what that one left behind.
 */
export async function callInTurn(asked: readonly Asked[], turns: number): Promise<Round> {
  const times = asked.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (let place = 0; place < asked.length; place++) {
      const index = (turn + place) % asked.length;
      const one = asked[index];
      if (one === undefined) continue;
      const began = performance.now();
      const answer = await fetch(one.url, { method: 'POST', headers: one.headers, body: one.body });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${one.url} answered ${answer.status}`);
      times[index]?.push(performance.now() - began);
    }
  }
  return times;
}

/** The quantile, from 0 to 1, of all calls of all rounds, by who was asked: one slow round is so many calls, and no more. */
export function pooled(rounds: readonly Round[], quantile: number): number[] {
  const asked = rounds[0]?.length ?? 0;
  return Array.from({ length: asked }, (_, index) => {
    const times = Float64Array.from(rounds.flatMap((round) => round[index] ?? [])).sort();
    return times[Math.floor(times.length * quantile)] ?? NaN;
  });
}

/** What the second and the third take more than the first at a quantile, and the second's as a share of the third's. */
export function added(
  rounds: readonly Round[],
  quantile: number,
): { direct: number; ours: number; theirs: number; ratio: number } {
  const [direct = NaN, ours = NaN, theirs = NaN] = pooled(rounds, quantile);
  return { direct, ours: ours - direct, theirs: theirs - direct, ratio: (ours - direct) / (theirs - direct) };
}

const DRAWS = 400;

/**
 * How far a value of these rounds is chance: the 5th and the 95th percentile of what comes out when as many rounds are drawn from them, with
 * repetition, again and again (bootstrap by blocks, since what disturbs a machine lasts longer than one call).
 */
export function spread(
  rounds: readonly Round[],
  value: (rounds: readonly Round[]) => number,
  random: SeededRandom,
): { low: number; high: number } {
  const values = Array.from({ length: DRAWS }, () =>
    value(rounds.flatMap(() => rounds.slice(random.below(rounds.length)).slice(0, 1))),
  ).sort((a, b) => a - b);
  return { low: values[Math.floor(DRAWS * 0.05)] ?? NaN, high: values[Math.floor(DRAWS * 0.95)] ?? NaN };
}
