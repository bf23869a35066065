import { Sketch } from '@lakescope/sketch';
import type { EntityManager } from 'typeorm';
import { LatencyStatements, type Grouping, type LatencyFilter, type LatencyRow } from './latency-statements';
import { addStored, addCounted } from './histogram-bytes';
import { Pauses } from './pauses';
import type { KnownPieces } from './piece-memory';
import type { ReadingPlan } from './reading-plan';
import { addSources, noSources, type Sources } from './sources';

/** Everything that is known of some requests together. */
export interface Latency {
  readonly endpoint: string;
  readonly method: string;
  /** Where the step begins they belong to, in milliseconds since 1970; 0 when nobody asked for steps. */
  readonly step: number;
  requests: number;
  errors: number;
  sumMs: number;
  minMs: number | undefined;
  maxMs: number | undefined;
  readonly sketch: Sketch;
}

export interface LatencyReading {
  readonly groups: readonly Latency[];
  readonly sources: Sources;
  /** Stored histograms that could not be read. */
  readonly unreadable: number;
}

/** Reads requests from where the plan says, and puts together what belongs together. */
export async function readLatency(
  known: KnownPieces,
  plan: ReadingPlan,
  filter: LatencyFilter,
  grouping: Grouping,
): Promise<LatencyReading> {
  const { tx } = known;
  const groups = new Map<string, Latency>();
  const sources = noSources();
  let unreadable = 0;
  const pauses = new Pauses();
  const add = async (reading: LatencyReading): Promise<void> => {
    for (const group of reading.groups) {
      addGroup(groupOf(groups, group), group);
      await pauses.whenDue();
    }
    addSources(sources, reading.sources);
    unreadable += reading.unreadable;
  };
  const question = JSON.stringify(['latency', filter.endpoint ?? null, filter.method ?? null, grouping]);
  const pieces = await known.of(['performance'], question, plan.tiers, (piece) =>
    readTiers(tx, { tiers: [piece], raw: [] }, filter, grouping),
  );
  for (const piece of pieces) await add(piece);
  if (plan.raw.length > 0) {
    const raw = { tiers: [], raw: plan.raw };
    // What replicas folded never was among the raw rows.
    await add(await readTiers(tx, raw, filter, grouping));
    await add(await readRaw(tx, raw, filter, grouping));
  }
  return { groups: [...groups.values()], sources, unreadable };
}

async function readTiers(
  tx: EntityManager,
  plan: ReadingPlan,
  filter: LatencyFilter,
  grouping: Grouping,
): Promise<LatencyReading> {
  const statements = new LatencyStatements(plan, filter, grouping);
  const groups = new Map<string, Latency>();
  const sources = noSources();
  const pauses = new Pauses();
  let unreadable = 0;
  for (const row of await statements.ofTiers(tx)) {
    const group = groupOfRow(groups, row);
    addNumbers(group, row);
    sources['5m'] += row.five_minutes;
    sources['1h'] += row.hours;
    sources['1d'] += row.days;
    sources.overflow += row.overflow;
    if (!addStored(group.sketch, row)) {
      for (const single of await statements.ofTiersOneByOne(tx, row)) {
        if (!addStored(group.sketch, single)) unreadable++;
      }
    }
    await pauses.whenDue();
  }
  return { groups: [...groups.values()], sources, unreadable };
}

async function readRaw(
  tx: EntityManager,
  plan: ReadingPlan,
  filter: LatencyFilter,
  grouping: Grouping,
): Promise<LatencyReading> {
  const groups = new Map<string, Latency>();
  const sources = noSources();
  const pauses = new Pauses();
  for (const row of await new LatencyStatements(plan, filter, grouping).ofRaw(tx)) {
    const group = groupOfRow(groups, row);
    addNumbers(group, row);
    sources.raw += row.requests;
    addCounted(group.sketch, row.histogram);
    await pauses.whenDue();
  }
  return { groups: [...groups.values()], sources, unreadable: 0 };
}

/** Everything together; the groups stay as they are. */
export function together(groups: readonly Latency[]): Latency {
  const whole = newLatency({ endpoint: '', method: '', step: 0 });
  for (const group of groups) addGroup(whole, group);
  return whole;
}

function addGroup(into: Latency, group: Latency): void {
  addNumbers(into, { ...group, sum_ms: group.sumMs, min_ms: group.minMs ?? null, max_ms: group.maxMs ?? null });
  into.sketch.merge(group.sketch);
}

export function newLatency({ endpoint, method, step }: Key): Latency {
  const nothing = { requests: 0, errors: 0, sumMs: 0, minMs: undefined, maxMs: undefined };
  return { endpoint, method, step, ...nothing, sketch: new Sketch() };
}

type Key = Pick<Latency, 'endpoint' | 'method' | 'step'>;

function groupOfRow(groups: Map<string, Latency>, row: Pick<LatencyRow, 'endpoint' | 'method' | 'step'>): Latency {
  return groupOf(groups, { ...row, step: row.step?.getTime() ?? 0 });
}

function groupOf(groups: Map<string, Latency>, { endpoint, method, step }: Key): Latency {
  const key = JSON.stringify([endpoint, method, step]);
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = newLatency({ endpoint, method, step });
  groups.set(key, group);
  return group;
}

type Numbers = Pick<LatencyRow, 'requests' | 'errors' | 'sum_ms' | 'min_ms' | 'max_ms'>;

function addNumbers(group: Latency, { requests, errors, sum_ms, min_ms, max_ms }: Numbers): void {
  group.requests += requests;
  group.errors += errors;
  group.sumMs += sum_ms ?? 0;
  if (min_ms !== null) group.minMs = Math.min(group.minMs ?? Infinity, min_ms);
  if (max_ms !== null) group.maxMs = Math.max(group.maxMs ?? -Infinity, max_ms);
}
