import { median, type Variant } from '../benchmark';
import { written, type Table } from './goal';

export interface Measured {
  readonly name: string;
  /** One value a round; the same place in two lists is the same round. */
  readonly values: readonly number[];
}

/** Warm-up, then a, b, c, a, b, c, ...: whatever disturbs the machine disturbs all of them. */
export async function interleave(
  variants: readonly Variant[],
  { warmups, rounds, log }: { warmups: number; rounds: number; log: (line: string) => void },
): Promise<Measured[]> {
  const values = variants.map((): number[] => []);
  for (let round = -warmups; round < rounds; round++) {
    for (const [index, variant] of variants.entries()) {
      const value = await variant.measure();
      if (round >= 0) values[index]?.push(value);
    }
    log(`  round ${round + 1} of ${rounds}`);
  }
  return variants.map(({ name }, index) => ({ name, values: values[index] ?? [] }));
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
  if (value === undefined) throw new Error('A quantile needs at least one value');
  return value;
}

/** Median and the middle half, as text. */
export function spread(values: readonly number[]): string {
  return `${written(quantile(values, 0.25))} - ${written(quantile(values, 0.75))}`;
}

/** The median of the rounds' own ratios: what slowed a whole round down is not in it. */
export function pairedRatio(of: Measured, to: Measured): number {
  return median(of.values.map((value, round) => value / (to.values[round] ?? NaN)));
}

/** What one costs more than the other in the same round. */
export function pairedDifference(of: Measured, to: Measured): Measured {
  return { name: of.name, values: of.values.map((value, round) => value - (to.values[round] ?? NaN)) };
}

export function named(measured: readonly Measured[], name: string): Measured {
  const found = measured.find((one) => one.name === name);
  if (found === undefined) throw new Error(`Nothing measured is called ${name}`);
  return found;
}

/** The first one is the subject; its ratio to each of the others is taken round by round. */
export function comparison(title: string, unit: string, measured: readonly Measured[]): Table {
  const [subject] = measured;
  return {
    title,
    columns: ['variant', `median (${unit})`, 'middle half', 'subject / this'],
    rows: measured.map((one) => [
      one.name,
      median(one.values),
      spread(one.values),
      subject === undefined ? '' : pairedRatio(subject, one).toPrecision(3),
    ]),
  };
}
