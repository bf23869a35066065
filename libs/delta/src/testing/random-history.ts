/** One step of a history, told so that it means something whatever the table holds by then: numbers are taken modulo. */
export type Step =
  | { kind: 'append'; rows: number; parts: number; perFile: number; newColumn: boolean; seed: number }
  | { kind: 'delete' | 'update'; file: number; every: number; seed: number }
  | { kind: 'rewrite'; every: number; perFile: number; seed: number }
  | { kind: 'checkpoint'; back: number };

/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export function chance(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

export function randomSteps(seed: number, count: number): Step[] {
  const below = chance(seed);
  return Array.from({ length: count }, (): Step => {
    const stepSeed = below(2 ** 31);
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        return {
          kind: 'append',
          rows: below(12),
          parts: 1 + below(4),
          perFile: 1 + below(6),
          newColumn: below(4) === 0,
          seed: stepSeed,
        };
      case 3:
      case 4:
        return { kind: 'delete', file: below(50), every: 1 + below(3), seed: stepSeed };
      case 5:
        return { kind: 'update', file: below(50), every: 1 + below(3), seed: stepSeed };
      case 6:
        return { kind: 'rewrite', every: 1 + below(4), perFile: 1 + below(9), seed: stepSeed };
      default:
        return { kind: 'checkpoint', back: below(3) };
    }
  });
}

/** Leaves out steps for as long as what is left still fails, so that a failure is told by as few steps as possible. */
export async function shrunk(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<Step[]> {
  let smallest = [...steps];
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < smallest.length;) {
      const fewer = [...smallest.slice(0, start), ...smallest.slice(start + size)];
      if (await fails(fewer)) smallest = fewer;
      else start += size;
    }
  }
  return smallest;
}
