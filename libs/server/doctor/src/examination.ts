import { setTimeout as delay } from 'node:timers/promises';
import { failed, skipped, type Finding } from './finding';

/** One question about the set-up. It never throws for what it looks for: that is a finding. */
export interface Check {
  /** Stable name, for scripts and the API. */
  readonly id: string;
  readonly title: string;
  /** Checks without whose success this one has nothing to look at. */
  readonly needs?: readonly string[];
  examine(signal: AbortSignal): Promise<Finding> | Finding;
}

export interface Examined extends Finding {
  readonly id: string;
  readonly title: string;
}

export interface DoctorReport {
  /** No check failed; warnings do not keep the app from working. */
  readonly ready: boolean;
  readonly items: readonly Examined[];
  readonly checkedAt: Date;
}

/** A check that takes longer is given up. */
const PATIENCE_MS = 15_000;

/** Goes through the checks, side by side where none needs another, and keeps their order in the report. */
export async function examine(checks: readonly Check[], patienceMs = PATIENCE_MS): Promise<DoctorReport> {
  const outcomes = new Map<string, Promise<Examined>>();
  for (const check of checks) {
    const needed = (check.needs ?? []).map((id) => {
      const outcome = outcomes.get(id);
      if (outcome === undefined) throw new Error(`The check ${check.id} needs ${id}, which does not come before it`);
      return outcome;
    });
    outcomes.set(check.id, examineAfter(needed, check, patienceMs));
  }
  const items = await Promise.all(outcomes.values());
  return { ready: !items.some(({ state }) => state === 'failed'), items, checkedAt: new Date() };
}

async function examineAfter(needed: Promise<Examined>[], check: Check, patienceMs: number): Promise<Examined> {
  const stuck = (await Promise.all(needed)).find(({ state }) => state === 'failed' || state === 'skipped');
  const finding =
    stuck === undefined ? await withinPatience(check, patienceMs) : skipped(`Not tried: it needs “${stuck.title}”.`);
  return { id: check.id, title: check.title, ...finding };
}

async function withinPatience(check: Check, patienceMs: number): Promise<Finding> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(patienceMs)]);
  try {
    return await Promise.race([
      check.examine(signal),
      delay(patienceMs, failed(`There was no answer within ${patienceMs / 1000} s.`), { signal: over.signal }),
    ]);
  } finally {
    over.abort();
  }
}
