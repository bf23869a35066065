import type { InvalidField } from '@lakescope/server-http';
import type { AlertRule } from './alert-rule.entity';
import type { CreateAlertRuleDto, UpdateAlertRuleDto } from './write-alert-rule.dto';

/** What a rule says, without how it stands. */
export type RuleTerms = Pick<
  AlertRule,
  | 'name'
  | 'condition'
  | 'endpoint'
  | 'method'
  | 'target'
  | 'percentile'
  | 'comparison'
  | 'threshold'
  | 'windowMinutes'
  | 'hysteresis'
  | 'forMinutes'
  | 'enabled'
>;

export function newTerms(dto: CreateAlertRuleDto): RuleTerms {
  return {
    name: dto.name.trim(),
    condition: dto.condition,
    endpoint: dto.endpoint ?? null,
    method: dto.method ?? null,
    target: dto.target ?? null,
    percentile: dto.percentile ?? null,
    comparison: dto.comparison ?? 'above',
    threshold: dto.threshold ?? null,
    windowMinutes: windowOf(dto.condition, dto.window_minutes),
    hysteresis: dto.hysteresis ?? 0.1,
    forMinutes: dto.for_minutes ?? 0,
    enabled: dto.enabled ?? true,
  };
}

/** What is not named stays as it is. */
export function changedTerms(terms: RuleTerms, dto: UpdateAlertRuleDto): RuleTerms {
  const condition = dto.condition ?? terms.condition;
  return {
    name: dto.name?.trim() ?? terms.name,
    condition,
    endpoint: dto.endpoint === undefined ? terms.endpoint : dto.endpoint,
    method: dto.method === undefined ? terms.method : dto.method,
    target: dto.target === undefined ? terms.target : dto.target,
    percentile: dto.percentile === undefined ? terms.percentile : dto.percentile,
    comparison: dto.comparison ?? terms.comparison,
    threshold: dto.threshold === undefined ? terms.threshold : dto.threshold,
    windowMinutes: windowOf(condition, dto.window_minutes === undefined ? shownWindow(terms) : dto.window_minutes),
    hysteresis: dto.hysteresis ?? terms.hysteresis,
    forMinutes: dto.for_minutes ?? terms.forMinutes,
    enabled: dto.enabled ?? terms.enabled,
  };
}

/** Of freshness the present state counts, whatever window was named: its row holds this. */
const NO_WINDOW = 1;

function windowOf(condition: RuleTerms['condition'], minutes: number | null | undefined): number | null {
  return condition === 'freshness' ? NO_WINDOW : (minutes ?? null);
}

/** The window of a rule; null where it has none. */
export function shownWindow({
  condition,
  windowMinutes,
}: Pick<RuleTerms, 'condition' | 'windowMinutes'>): number | null {
  return condition === 'freshness' ? null : windowMinutes;
}

/** What a rule asks; under another name, or with more patience, it asks the same. What its condition does not look at is no part of it. */
function questionOf(terms: RuleTerms): readonly unknown[] {
  const { condition, endpoint, method, target, percentile, comparison, threshold, hysteresis, enabled } = terms;
  const isOfTables = condition === 'freshness';
  return [
    condition,
    endpoint,
    method,
    target,
    percentile,
    comparison,
    isOfTables ? (threshold ?? 0) : threshold,
    shownWindow(terms),
    isOfTables || condition === 'no_data' ? null : hysteresis,
    enabled,
  ];
}

/** Whether both are about the same: if not, how the one stands says nothing about the other. */
export function isSameQuestion(one: RuleTerms, other: RuleTerms): boolean {
  const asked = questionOf(other);
  return questionOf(one).every((term, index) => term === asked[index]);
}

/** What does not fit together, place by place. */
export function misfits(terms: RuleTerms): InvalidField[] {
  const { condition, percentile, comparison, threshold } = terms;
  const fields: InvalidField[] = [];
  const say = (path: string, message: string): void => void fields.push({ path, message });
  if (condition === 'latency' && percentile === null) say('percentile', 'is required for a rule on latency');
  if (condition !== 'latency' && percentile !== null) say('percentile', 'is for rules on latency only');
  if (condition !== 'freshness' && terms.target !== null) say('target', 'is for rules on freshness only');
  if (condition === 'freshness') {
    const requests = 'is for rules on requests';
    if (terms.endpoint !== null) say('endpoint', requests);
    if (terms.method !== null) say('method', requests);
    if (comparison !== 'above') say('comparison', requests);
    if (terms.forMinutes !== 0) say('for_minutes', 'is for rules on requests: tables have thresholds of their own');
    return fields;
  }
  if (terms.windowMinutes === null) say('window_minutes', 'is required, except for a rule on freshness');
  if (condition === 'no_data') {
    if (threshold !== null) say('threshold', 'is not for rules on missing data: they fire when there are no requests');
    if (comparison !== 'above') say('comparison', 'is not for rules on missing data');
  } else if (threshold === null) say('threshold', 'is required, except for a rule on missing data');
  else if (condition === 'error_rate' && threshold > 1) say('threshold', 'is a ratio here: at most 1, which is 100 %');
  if (comparison === 'below' && threshold === 0) say('threshold', 'must be above 0: nothing is below it');
  return fields;
}
