import type { AlertEvent } from './alert-deliveries';
import type { AlertRule } from './alert-rule.entity';
import { shownWindow } from './rule-terms';

/** What is posted to the webhook of a rule. `publicUrl`: of the app, where it is known. */
export function alertPayload(
  rule: AlertRule,
  event: AlertEvent,
  value: number | null,
  at: Date,
  publicUrl: URL | undefined,
): Record<string, unknown> {
  return {
    event,
    rule: {
      id: rule.id,
      name: rule.name,
      condition: rule.condition,
      endpoint: rule.endpoint,
      method: rule.method,
      target: rule.target,
      percentile: rule.percentile,
      comparison: rule.comparison,
    },
    value,
    threshold: rule.threshold,
    window_minutes: shownWindow(rule),
    at: at.toISOString(),
    link: publicUrl === undefined ? null : new URL('/usage-metrics/alerts', publicUrl).href,
  };
}
