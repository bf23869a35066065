import type { AlertRule, Comparison, Condition, StoredState } from './alert-rule.entity';

/** What a state follows from. */
export interface AlertTerms {
  readonly condition: Condition;
  readonly comparison: Comparison;
  readonly threshold: number | null;
  readonly hysteresis: number;
  readonly forMinutes: number;
}

export interface AlertStanding {
  readonly state: StoredState;
  readonly since: number;
}

export type ShownState = StoredState | 'unknown';

/** A rule that was not evaluated for so long is not known to stand as it did. */
const UNKNOWN_AFTER_MS = 3 * 60_000;
const MINUTE_MS = 60_000;

/**
 * How a rule stands after its value was looked at. It begins to fire when the condition has held for as long as it has to, and stops only
 * when the value is better than the threshold by the hysteresis: a value that trembles around the threshold is one alert, not many. Without
 * a value (no requests, so no rate and no percentile) nothing changes.
 */
export function nextStanding(
  terms: AlertTerms,
  before: AlertStanding,
  value: number | null,
  now: number,
): AlertStanding {
  if (value === null) return before;
  if (before.state === 'firing') return isOver(terms, value) ? { state: 'ok', since: now } : before;
  if (!holds(terms, value)) return before.state === 'ok' ? before : { state: 'ok', since: now };
  const heldMs = before.state === 'pending' ? now - before.since : 0;
  if (heldMs >= terms.forMinutes * MINUTE_MS) return { state: 'firing', since: now };
  return before.state === 'pending' ? before : { state: 'pending', since: now };
}

/**
 * Where the next look begins. Nobody knows whether a condition has held while nobody looked, so one that was waiting waits anew; what fires
 * goes on until it is seen to be over.
 */
export function lastStanding(
  { state, stateSince, lastEvaluatedAt }: Pick<AlertRule, 'state' | 'stateSince' | 'lastEvaluatedAt'>,
  now: number,
): AlertStanding {
  const isKnown = lastEvaluatedAt !== null && now - lastEvaluatedAt.getTime() <= UNKNOWN_AFTER_MS;
  if (state === 'pending' && !isKnown) return { state: 'ok', since: now };
  return { state, since: stateSince.getTime() };
}

/** What people are told: nothing evaluates a rule while the database is away. */
export function shownState(
  rule: Pick<AlertRule, 'condition' | 'state' | 'enabled' | 'lastEvaluatedAt' | 'updatedAt'>,
  now: number,
): ShownState {
  // What is told when it changes stands until then.
  if (!rule.enabled || rule.condition === 'freshness') return rule.state;
  const knownAt = Math.max(rule.lastEvaluatedAt?.getTime() ?? 0, rule.updatedAt.getTime());
  return now - knownAt > UNKNOWN_AFTER_MS ? 'unknown' : rule.state;
}

function holds({ condition, comparison, threshold }: AlertTerms, value: number): boolean {
  if (condition === 'no_data') return value === 0;
  const limit = threshold ?? 0;
  return comparison === 'above' ? value > limit : value < limit;
}

function isOver({ condition, comparison, threshold, hysteresis }: AlertTerms, value: number): boolean {
  if (condition === 'no_data') return value > 0;
  const limit = threshold ?? 0;
  return comparison === 'above' ? value <= limit * (1 - hysteresis) : value >= limit * (1 + hysteresis);
}
