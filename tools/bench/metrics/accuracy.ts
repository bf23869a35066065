import { DDSketch } from '@datadog/sketches-js';
import { Sketch } from '@lakescope/sketch';
import { SeededRandom } from '@lakescope/server-testing';
import { endpointErrors, signed } from './endpoint-accuracy';
import type { Goal, Table } from './goal';

const HOURS = 720;
const A_HOUR = 1_820;
const QUANTILES = [0.5, 0.95, 0.99];

type Draw = (random: SeededRandom, hour: number) => number;

const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

const DISTRIBUTIONS: Readonly<Record<string, Draw>> = {
  'log-normal': (random) => Math.exp(3.5 + normal(random)),
  'by day and night, with six bad hours': (random, hour) =>
    Math.exp(3 + Math.sin((hour / 24) * 2 * Math.PI) + 0.6 * normal(random)) * (hour >= 300 && hour < 306 ? 40 : 1),
  'two humps, 90 to 10': (random) => Math.exp((random.chance(0.9) ? 2 : 6) + 0.2 * normal(random)),
  'two humps, share varies': (random, hour) =>
    Math.exp((random.chance((hour % 10) / 10) ? 2 : 6) + 0.2 * normal(random)),
  'Pareto 1.5': (random) => 5 / (1 - random.next()) ** (1 / 1.5),
};

/** prom-client's own default buckets, in seconds. */
const PROMETHEUS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Method = (hours: readonly Float64Array[]) => (quantile: number) => number;

const METHODS: Readonly<Record<string, Method>> = {
  'our sketches, merged': (hours) => {
    const merged = mergedSketch(hours);
    return (q) => merged.quantile(q) ?? NaN;
  },
  'DDSketch 1 %, merged': (hours) => {
    const merged = mergedDatadog(hours);
    return (q) => merged.getValueAtQuantile(q);
  },
  'prom-client, its 11 buckets, interpolated': (hours) => {
    const counts = prometheusCounts(hours);
    return (q) => prometheusQuantile(counts, q);
  },
  'obvious design: mean of the hours': (hours) => (q) => mean(hours.map((hour) => nearestRank(hour, q))),
  'obvious design: mean of the hours by requests': (hours) => (q) =>
    hours.reduce((sum, hour) => sum + nearestRank(hour, q) * hour.length, 0) /
    hours.reduce((sum, hour) => sum + hour.length, 0),
};

/** Percentiles of 720 hours out of what is kept of each hour, against the nearest rank of every value. */
export const metricsAccuracy: Goal = {
  name: 'metrics-accuracy',
  title: () => `error of p50, p95 and p99 of ${HOURS} hours, ${HOURS * A_HOUR} values, against percentile_disc`,
  measure: async (setting) => {
    const worst = new Map<string, number>();
    const rows = new Map(Object.keys(METHODS).map((name): [string, string[]] => [name, []]));
    for (const draw of Object.values(DISTRIBUTIONS)) {
      const random = new SeededRandom(17);
      const hours = Array.from({ length: HOURS }, (_, hour) =>
        // Not every hour has as much to tell as the next one.
        Float64Array.from({ length: Math.round(A_HOUR * (1 - 0.6 * Math.cos((hour / 12) * Math.PI))) }, () =>
          draw(random, hour),
        ).sort(),
      );
      const all = Float64Array.from(hours.flatMap((hour) => [...hour])).sort();
      for (const [name, method] of Object.entries(METHODS)) {
        const estimate = method(hours);
        const errors = QUANTILES.map((q) => 100 * (estimate(q) / nearestRank(all, q) - 1));
        rows.get(name)?.push(errors.map(signed).join(' / '));
        worst.set(name, Math.max(worst.get(name) ?? 0, ...errors.map(Math.abs)));
      }
    }
    const distributions: Table = {
      title: 'Error in percent, p50 / p95 / p99:',
      columns: ['kept of an hour', ...Object.keys(DISTRIBUTIONS)],
      rows: [...rows].map(([name, cells]) => [name, ...cells]),
    };
    const database = await endpointErrors(setting);
    return {
      tables: [distributions, ...database.tables],
      outcomes: [
        {
          what: 'largest error of our sketches',
          value: worst.get('our sketches, merged') ?? NaN,
          unit: '%',
          atMost: 0.55,
        },
        ...database.outcomes,
      ],
    };
  },
};

function mergedSketch(hours: readonly Float64Array[]): Sketch {
  const merged = new Sketch();
  for (const hour of hours) {
    const sketch = new Sketch();
    for (const value of hour) sketch.add(value);
    // Through its bytes, as it is stored.
    merged.merge(Sketch.decode(sketch.encode()).sketch);
  }
  return merged;
}

function mergedDatadog(hours: readonly Float64Array[]): DDSketch {
  const merged = new DDSketch({ relativeAccuracy: 0.01 });
  for (const hour of hours) {
    const sketch = new DDSketch({ relativeAccuracy: 0.01 });
    for (const value of hour) sketch.accept(value);
    merged.merge(sketch);
  }
  return merged;
}

const PROMETHEUS_MS = PROMETHEUS.map((seconds) => seconds * 1_000);

function prometheusCounts(hours: readonly Float64Array[]): number[] {
  const counts = new Array<number>(PROMETHEUS_MS.length + 1).fill(0);
  for (const hour of hours) {
    for (const value of hour) {
      const bucket = PROMETHEUS_MS.findIndex((bound) => value <= bound);
      const place = bucket < 0 ? PROMETHEUS_MS.length : bucket;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return counts;
}

/** As `histogram_quantile` of PromQL: linear inside a bucket, the last bound beyond it. */
function prometheusQuantile(counts: readonly number[], q: number): number {
  const rank = q * counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [index, upper] of PROMETHEUS_MS.entries()) {
    const count = counts[index] ?? 0;
    const lower = PROMETHEUS_MS[index - 1] ?? 0;
    if (seen + count >= rank) return lower + ((upper - lower) * (rank - seen)) / count;
    seen += count;
  }
  return PROMETHEUS_MS.at(-1) ?? NaN;
}

function nearestRank(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
