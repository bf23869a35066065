import type { EntityManager } from 'typeorm';
import { BUCKET_MS, DAY_MS, HOUR_MS, startOf } from '../roll-up/raw-tables';
import { readLatency, type LatencyReading } from './latency-reader';
import { LatencyStatements, type ExactRow, type Grouping, type LatencyFilter } from './latency-statements';
import type { Interval } from './metrics-range';
import type { NumberedPeople } from './people/people-memory';
import type { KnownPieces } from './piece-memory';
import { DirtyBuckets, planReading, tierOfStep, type ReadingPlan } from './reading-plan';
import { addSources, noSources } from './sources';
import { readUsage, type EventCount, type UsageGrouping } from './usage-reader';
import {
  countPeople,
  countUsers,
  countUsersByStep,
  readUsageSteps,
  topUsers,
  type People,
  type UserRow,
  type UsersFilter,
  type UsersPlan,
} from './users-reader';

export type Kind = 'performance' | 'usage';

/** What people did within one step. */
export interface UsageStep {
  readonly events: number;
  readonly users: number;
}

/**
 * Everything one answer reads, as it was at one instant. Each request and each event is read from exactly one place: what is rolled up from
 * the tiers, what is not, or not all, from raw rows. `sources` and `unreadable` add up over all that was read.
 */
export class MetricsSnapshot {
  readonly sources = noSources();
  unreadable = 0;
  private readonly dirty = new Map<string, Promise<Record<Kind, DirtyBuckets>>>();

  constructor(
    private readonly known: KnownPieces,
    private readonly numbered: NumberedPeople,
  ) {}

  get tx(): EntityManager {
    return this.known.tx;
  }

  /** Requests, kept apart as asked for. */
  async latency(range: Interval, filter: LatencyFilter, grouping: Grouping): Promise<LatencyReading> {
    const coarsest = typeof grouping === 'string' ? DAY_MS : tierOfStep(grouping.stepMs);
    const plan = planReading(range, await this.dirtyBuckets('performance', range), coarsest);
    const reading = await readLatency(this.known, plan, filter, grouping);
    addSources(this.sources, reading.sources);
    this.unreadable += reading.unreadable;
    return reading;
  }

  /** Requests that were stored one by one, with the percentiles SQL reckons. */
  async exactLatency(
    range: Interval,
    filter: LatencyFilter,
    grouping: 'nothing' | 'endpoint',
    kind: 'disc' | 'cont',
  ): Promise<ExactRow[]> {
    const rows = await new LatencyStatements({ tiers: [], raw: [range] }, filter, grouping).exactPercentiles(
      this.tx,
      kind,
      [0.5, 0.95, 0.99],
    );
    for (const { requests } of rows) this.sources.raw += requests;
    return rows;
  }

  /** Usage events, counted as asked for. */
  async events(
    range: Interval,
    eventType: string | undefined,
    grouping: UsageGrouping,
  ): Promise<readonly EventCount[]> {
    const coarsest = typeof grouping === 'string' ? DAY_MS : tierOfStep(grouping.stepMs);
    const plan = planReading(range, await this.dirtyBuckets('usage', range), coarsest);
    const { counts, sources } = await readUsage(this.known, plan, eventType, grouping);
    addSources(this.sources, sources);
    return counts;
  }

  /** Everybody, and those among them whose events there are. */
  async people(range: Interval): Promise<People> {
    return countPeople(this.known, this.numbered, await this.plansOfBoth(range, BUCKET_MS));
  }

  /** Different people of one endpoint, method or type of event; of raw rows. */
  usersOf(range: Interval, kind: Kind, filter: UsersFilter): Promise<number> {
    const plan = { tiers: [], raw: [range] };
    return countUsers(this.tx, kind === 'performance' ? { requests: plan } : { events: plan }, filter);
  }

  /** Events, and different people whose they are, step by step. */
  async usageSteps(range: Interval, stepMs: number): Promise<ReadonlyMap<number, UsageStep>> {
    if (stepMs < BUCKET_MS) {
      const steps = await readUsageSteps(this.tx, range, stepMs);
      for (const { events } of steps.values()) this.sources.raw += events;
      return steps;
    }
    const counts = await this.events(range, undefined, { stepMs });
    const plan = planReading(range, await this.dirtyBuckets('usage', range), tierOfStep(stepMs));
    const users = await countUsersByStep(this.known, this.numbered, plan, stepMs);
    return new Map(counts.map(({ step, events }) => [step, { events, users: users.get(step) ?? 0 }]));
  }

  async topUsers(range: Interval, limit: number): Promise<UserRow[]> {
    // How much everybody did is written down by hours and days.
    return topUsers(this.tx, await this.plansOfBoth(range, HOUR_MS), limit);
  }

  private async plansOfBoth(range: Interval, finest: number): Promise<Required<UsersPlan>> {
    const plan = async (kind: Kind): Promise<ReadingPlan> =>
      planReading(range, await this.dirtyBuckets(kind, range), DAY_MS, finest);
    return { requests: await plan('performance'), events: await plan('usage') };
  }

  private async dirtyBuckets(kind: Kind, { from, to }: Interval): Promise<DirtyBuckets> {
    const key = `${from} ${to}`;
    const asked = this.dirty.get(key) ?? this.askDirtyBuckets(from, to);
    this.dirty.set(key, asked);
    return (await asked)[kind];
  }

  /** Of both kinds at once: most answers need either. */
  private async askDirtyBuckets(from: number, to: number): Promise<Record<Kind, DirtyBuckets>> {
    const rows = (await this.tx.query(
      `SELECT DISTINCT kind, extract(epoch FROM bucket)::float8 * 1000 AS begin FROM metrics_dirty
       WHERE bucket >= $1 AND bucket < $2`,
      [new Date(startOf(BUCKET_MS, from)).toISOString(), new Date(to).toISOString()],
    )) as { kind: Kind; begin: number }[];
    const of = (wanted: Kind): DirtyBuckets =>
      new DirtyBuckets(rows.filter(({ kind }) => kind === wanted).map(({ begin }) => begin));
    return { performance: of('performance'), usage: of('usage') };
  }
}
