/** One sample, e.g. `name{label="value"} 1`. */
export interface ExpositionSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ExpositionFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: ExpositionSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i;
const PARTS: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'] };

/** Reads the Prometheus text format as strictly as it is described; whatever is not as described throws. */
export function parseExposition(text: string): Map<string, ExpositionFamily> {
  if (!text.endsWith('\n') || text.includes('\n\n') || text.includes('\r')) throw new Error('The lines are not lines');
  const families = new Map<string, ExpositionFamily>();
  const seen = new Set<string>();
  let current: [string, ExpositionFamily] | undefined;
  let help: [string, string] | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') help = [name, rest];
    else if (keyword === 'TYPE') {
      if (!NAME.test(name) || families.has(name) || help?.[0] !== name)
        throw new Error(`No type may stand here: ${line}`);
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`No such type: ${line}`);
      if (rest === 'counter' && !name.endsWith('_total')) throw new Error(`A counter ends in _total: ${line}`);
      current = [name, { type: rest, help: help[1], samples: [] }];
      families.set(...current);
    } else if (current === undefined) throw new Error(`A sample before its type: ${line}`);
    else current[1].samples.push(sampleOf(line, current, seen));
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family.samples);
  return families;
}

function sampleOf(
  line: string,
  [family, { type }]: readonly [string, ExpositionFamily],
  seen: Set<string>,
): ExpositionSample {
  const [, name = '', list = '', value = ''] = SAMPLE.exec(line) ?? [];
  if (!(PARTS[type] ?? ['']).some((part) => name === family + part)) throw new Error(`Not of this metric: ${line}`);
  if (!NUMBER.test(value)) throw new Error(`No number: ${line}`);
  const labels = labelsOf(list, line);
  const key = JSON.stringify([name, Object.entries(labels).sort()]);
  if (seen.has(key)) throw new Error(`Twice: ${line}`);
  seen.add(key);
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}

function labelsOf(list: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < list.length) {
    const [, name = '', value = ''] = LABEL.exec(list) ?? [];
    if (name === '' || name in labels) throw new Error(`Labels that cannot be read: ${line}`);
    labels[name] = value.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

/** Bounds rise, counts never fall, and the last bound has everything. */
function checkHistogram(name: string, samples: readonly ExpositionSample[]): void {
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const own = ({ labels: { le: _, ...labels } }: ExpositionSample): boolean =>
      JSON.stringify(labels) === JSON.stringify(count.labels);
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket` && own(sample));
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
    const rising = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? NaN));
    const growing = buckets.every(({ value }, index) => index === 0 || value >= (buckets[index - 1]?.value ?? NaN));
    const hasSum = samples.some((sample) => sample.name === `${name}_sum` && own(sample));
    if (!rising || !growing || !hasSum || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count.value) {
      throw new Error(`No histogram: ${name}${JSON.stringify(count.labels)}`);
    }
  }
}
