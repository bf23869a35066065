/** One measured quantity: a subject, the peer or physical limit it is held against, and what prepares both. */
export interface Benchmark {
  /** What `npm run bench -- NAME` takes. */
  readonly name: string;
  /** One line for people: what is measured, on what. */
  readonly title: string;
  readonly unit: 'us' | 'ms' | 'requests/s' | 'MB' | 'kB' | 's';
  readonly warmups: number;
  readonly rounds: number;
  /** The bar of the product's numbers, as text; the report shows it beside the result. */
  readonly bar: string;
  prepare(): Promise<Prepared>;
}

export interface Prepared {
  /** Each call measures once and answers a value in the benchmark's unit. The first variant is the subject. */
  readonly variants: readonly Variant[];
  dispose(): Promise<void>;
}

export interface Variant {
  readonly name: string;
  measure(): Promise<number>;
}

export interface Result {
  readonly name: string;
  readonly title: string;
  readonly unit: Benchmark['unit'];
  readonly bar: string;
  readonly variants: readonly Summary[];
}

export interface Summary {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The subject's median over this variant's; 1 for the subject itself. */
  readonly ratio: number;
  readonly values: readonly number[];
}

/** Warm-up, then interleaved rounds (a, b, a, b, ...), so that a busy machine disturbs subject and peer alike. */
export async function run(benchmark: Benchmark, log: (line: string) => void): Promise<Result> {
  const prepared = await benchmark.prepare();
  try {
    const values = prepared.variants.map((): number[] => []);
    for (let round = -benchmark.warmups; round < benchmark.rounds; round++) {
      for (const [index, variant] of prepared.variants.entries()) {
        const value = await variant.measure();
        if (round >= 0) values[index]?.push(value);
      }
      log(`${benchmark.name}: round ${round + 1} of ${benchmark.rounds}`);
    }
    const subject = median(values[0] ?? []);
    return {
      name: benchmark.name,
      title: benchmark.title,
      unit: benchmark.unit,
      bar: benchmark.bar,
      variants: prepared.variants.map((variant, index) => summarise(variant.name, values[index] ?? [], subject)),
    };
  } finally {
    await prepared.dispose();
  }
}

function summarise(name: string, values: readonly number[], subject: number): Summary {
  const middle = median(values);
  return { name, median: middle, min: Math.min(...values), max: Math.max(...values), ratio: subject / middle, values };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('A median needs at least one value');
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The result as a Markdown table, as it stands in docs/benchmarks.md. */
export function toMarkdown(result: Result): string {
  const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  return [
    `### ${result.name}: ${result.title}`,
    '',
    `| variant | median (${result.unit}) | min - max | subject / this |`,
    '|---|---|---|---|',
    ...result.variants.map(
      (variant) =>
        `| ${variant.name} | ${number(variant.median)} | ${number(variant.min)} - ${number(variant.max)} | ${variant.ratio.toFixed(2)} |`,
    ),
    '',
    `Bar: ${result.bar}.`,
    '',
  ].join('\n');
}
