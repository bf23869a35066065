import { randomInt } from 'node:crypto';

/** Chance that can be had again: the same seed gives the same numbers (mulberry32). `FAULT_SEED` repeats a run. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31))) {
    this.state = seed >>> 0;
  }

  /** From 0 up to, never at, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, never at, the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

/** Runs with a seed, and names the seed when it fails, so that the very same run can be had again. */
export async function withSeed<T>(run: (random: SeededRandom) => Promise<T>, random = new SeededRandom()): Promise<T> {
  try {
    return await run(random);
  } catch (cause) {
    throw new Error(`Failed with seed ${random.seed}; FAULT_SEED=${random.seed} repeats it`, { cause });
  }
}
