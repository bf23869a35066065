import { SeededRandom } from '@lakescope/server-testing';

export interface WorkloadOptions {
  /** How many requests in all. */
  readonly rows: number;
  readonly seed: number;
  /** The last moment, in epoch milliseconds; the first one is `days` before it. */
  readonly endMs: number;
  readonly days?: number;
  readonly endpoints?: number;
  readonly users?: number;
}

export interface Endpoint {
  readonly template: string;
  readonly method: string;
}

export const BUCKET_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Six hours in the fourth night, when everything is slow and people try again. */
const INCIDENT = { afterDays: 3.5, hours: 6, slower: 8, busier: 2.5, errors: 0.2 };

const AREAS = [
  'catalogs',
  'schemas',
  'tables',
  'volumes',
  'files',
  'jobs',
  'endpoints',
  'preferences',
  'runs',
  'users',
];
const SHAPES = [
  ['GET', ''],
  ['GET', '/:id'],
  ['POST', ''],
  ['PATCH', '/:id'],
] as const;

/** What ours looks like: few endpoints get most requests, and the rare ones are the slow ones. */
export function endpointsOf(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, index) => {
    const [method, rest] = SHAPES[Math.floor(index / AREAS.length) % SHAPES.length] ?? SHAPES[0];
    const generation = Math.floor(index / (AREAS.length * SHAPES.length));
    return { method, template: `/api/v1/${AREAS[index % AREAS.length]}${generation > 0 ? generation : ''}${rest}` };
  });
}

/**
 * Some days of requests, oldest first: more by day than by night, an incident, latencies of four shapes, people of whom a few do most. The
 * same seed gives the same requests. One request at a time stands in the fields, because ten million objects would be most of the cost.
 */
export class Workload {
  readonly endpoints: readonly Endpoint[];
  at = 0;
  responseTimeMs = 0;
  status = 200;
  endpoint = 0;
  /** -1: nobody was signed in. */
  user = -1;
  private readonly random: SeededRandom;
  private readonly startMs: number;
  private readonly days: number;
  private readonly users: number;
  /** How many requests each five minutes have. */
  readonly perBucket: Uint32Array;
  private readonly popularity: Float64Array;
  private bucket = 0;
  private inBucket = 0;

  constructor(options: WorkloadOptions) {
    const { rows, seed, endMs, days = 7, endpoints = 40, users = 1_000 } = options;
    this.random = new SeededRandom(seed);
    this.days = days;
    this.users = users;
    this.startMs = endMs - days * DAY_MS;
    this.endpoints = endpointsOf(endpoints);
    this.popularity = cumulated(Float64Array.from({ length: endpoints }, (_, index) => 1 / (index + 1)));
    this.perBucket = shared(
      rows,
      Float64Array.from({ length: Math.round((days * DAY_MS) / BUCKET_MS) }, (_, index) => {
        const day = (index * BUCKET_MS) / DAY_MS;
        return (1 - 0.6 * Math.cos(2 * Math.PI * day)) * (inIncident(day) ? INCIDENT.busier : 1);
      }),
    );
  }

  /** Goes on to the next request; false at the end. */
  next(): boolean {
    while (this.inBucket >= (this.perBucket[this.bucket] ?? 0)) {
      if (++this.bucket >= this.perBucket.length) return false;
      this.inBucket = 0;
    }
    const { random } = this;
    const inBucket = this.perBucket[this.bucket] ?? 1;
    // Evenly within five minutes, with chance inside each one's own place: so they come in order.
    const offset = ((this.inBucket++ + random.next()) / inBucket) * BUCKET_MS;
    this.at = Math.floor(this.startMs + this.bucket * BUCKET_MS + offset);
    const day = (this.at - this.startMs) / DAY_MS;
    this.endpoint = placeOf(random.next(), this.popularity);
    this.responseTimeMs = this.latency(day);
    this.status = this.statusAt(day);
    // Squared: the first ones are the busy ones.
    this.user = random.chance(0.05) ? -1 : Math.floor(random.next() ** 2 * this.users);
    return true;
  }

  userName(): string | undefined {
    return this.user < 0 ? undefined : `user-${this.user}@example.com`;
  }

  /** 36 characters as of a random UUID, which is what requests without an id of their own get. */
  correlationId(): string {
    const [a, b, c, d] = [this.hex(), this.hex(), this.hex(), this.hex()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }

  private hex(): string {
    return (this.random.next() * 2 ** 32 + 2 ** 32).toString(16).slice(1, 9);
  }

  private latency(day: number): number {
    const { random } = this;
    const rank = this.endpoint / Math.max(1, this.endpoints.length - 1);
    const typical = 8 * 12 ** rank * (1 - 0.5 * Math.cos(2 * Math.PI * day)) * (inIncident(day) ? INCIDENT.slower : 1);
    const hour = Math.floor(day * 24);
    switch (this.endpoint % 4) {
      case 0:
        return bounded(typical * Math.exp(0.6 * this.normal()));
      case 1:
        return bounded(typical * (random.chance(0.9) ? 0.6 : 12) * Math.exp(0.2 * this.normal()));
      case 2:
        return bounded((typical * 0.6) / (1 - random.next()) ** (1 / 1.5));
      default:
        return bounded(typical * (random.chance((hour % 10) / 10) ? 0.6 : 8) * Math.exp(0.2 * this.normal()));
    }
  }

  private statusAt(day: number): number {
    const chance = this.random.next();
    const failing = inIncident(day) ? INCIDENT.errors : 0.004;
    if (chance < failing) return 500;
    if (chance < failing + 0.01) return 404;
    return chance < failing + 0.012 ? 499 : 200;
  }

  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random.next())) * Math.cos(2 * Math.PI * this.random.next());
  }
}

function inIncident(day: number): boolean {
  return day >= INCIDENT.afterDays && day < INCIDENT.afterDays + INCIDENT.hours / 24;
}

/** As the column holds it: no finer than a microsecond, no longer than an hour. */
function bounded(ms: number): number {
  return Math.min(3_600_000, Math.round(ms * 1_000) / 1_000);
}

function cumulated(weights: Float64Array): Float64Array {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight / all));
}

function placeOf(value: number, cumulative: Float64Array): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whole shares that add up to the total. */
function shared(total: number, weights: Float64Array): Uint32Array {
  const cumulative = cumulated(weights);
  let given = 0;
  return Uint32Array.from(cumulative, (share, index) => {
    const until = index === cumulative.length - 1 ? total : Math.round(share * total);
    const here = until - given;
    given = until;
    return here;
  });
}
