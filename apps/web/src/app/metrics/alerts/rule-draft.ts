import { type AlertRuleDto, type CreateAlertRuleDto } from '@lakescope/web-api';

type Condition = CreateAlertRuleDto['condition'];

/** What the fields of the form hold, as texts in the units that people use. */
export interface RuleDraft {
  readonly name: string;
  readonly condition: Condition;
  readonly endpoint: string;
  readonly method: string;
  readonly target: string;
  readonly percentile: string;
  readonly comparison: string;
  /** Percent for an error rate, milliseconds for a latency. */
  readonly threshold: string;
  readonly window_minutes: string;
  readonly for_minutes: string;
  /** Percent of the threshold. */
  readonly hysteresis: string;
}

const PERCENT = 100;
/** Enough digits for any percentage, and none that only binary fractions have. */
const DIGITS = 12;
const plain = (number: number): string => String(Number(number.toPrecision(DIGITS)));

/** The fields for a rule, or for a new one. */
export function draftOf(rule: AlertRuleDto | undefined): RuleDraft {
  const condition = rule?.condition ?? 'error_rate';
  const threshold = rule ? rule.threshold : 0.05;
  const scale = condition === 'error_rate' ? PERCENT : 1;
  return {
    name: rule?.name ?? '',
    condition,
    endpoint: rule?.endpoint ?? '',
    method: rule?.method ?? '',
    target: rule?.target ?? '',
    percentile: String(rule?.percentile ?? 95),
    comparison: rule?.comparison ?? 'above',
    threshold: threshold === null ? '' : plain(threshold * scale),
    window_minutes: String(rule?.window_minutes ?? 5),
    for_minutes: String(rule?.for_minutes ?? 0),
    hysteresis: plain((rule?.hysteresis ?? 0.1) * PERCENT),
  };
}

/**
 * What is sent for the fields of a form. Where messages go is never told by the API, so a field left empty keeps it;
 * `removes_webhook` takes it away.
 */
export function ruleBody(read: (name: string) => string): CreateAlertRuleDto {
  const condition = read('condition') as Condition;
  const [url, secret] = [read('webhook_url').trim(), read('webhook_secret')];
  const isRemoved = read('removes_webhook') === 'on';
  const webhook = isRemoved
    ? { webhook_url: null, webhook_secret: null }
    : { ...(url === '' ? {} : { webhook_url: url }), ...(secret === '' ? {} : { webhook_secret: secret }) };
  const threshold = Number(read('threshold'));
  if (condition === 'freshness') {
    return {
      name: read('name').trim(),
      condition,
      target: read('target').trim() || null,
      endpoint: null,
      method: null,
      percentile: null,
      comparison: 'above',
      threshold: read('threshold').trim() === '' ? null : threshold,
      window_minutes: null,
      for_minutes: 0,
      hysteresis: 0,
      ...webhook,
    };
  }
  return {
    name: read('name').trim(),
    condition,
    endpoint: read('endpoint').trim() || null,
    method: read('method') || null,
    target: null,
    percentile: condition === 'latency' ? (Number(read('percentile')) as 50 | 95 | 99) : null,
    comparison: read('comparison') === 'below' ? 'below' : 'above',
    threshold:
      condition === 'no_data'
        ? null
        : condition === 'error_rate'
          ? Number((threshold / PERCENT).toPrecision(DIGITS))
          : threshold,
    window_minutes: Number(read('window_minutes')),
    for_minutes: Number(read('for_minutes')),
    hysteresis: condition === 'no_data' ? 0 : Number((Number(read('hysteresis')) / PERCENT).toPrecision(DIGITS)),
    ...webhook,
  };
}
