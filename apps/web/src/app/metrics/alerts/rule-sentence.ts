import { type AlertRuleDto } from '@lakescope/web-api';
import { formatCount, formatDuration, formatMilliseconds, formatShare } from '@lakescope/web-ui';

type Condition = AlertRuleDto['condition'];

/** Both in the words in which people speak of what is looked at. */
export const CONDITIONS: Readonly<Record<Condition, string>> = {
  error_rate: $localize`Error rate`,
  latency: $localize`Latency`,
  volume: $localize`Number of requests`,
  no_data: $localize`No requests at all`,
  freshness: $localize`Late or blocked tables`,
};

/** A value of what a condition looks at: a share, a time, or a number of requests. */
export function valueText(condition: Condition, value: number): string {
  if (condition === 'error_rate') return formatShare(value);
  return condition === 'latency' ? formatMilliseconds(value) : formatCount(value);
}

const minutes = (count: number): string => formatDuration(count * 60).replace(/ 00 s$/, '');

/** The whole rule: `p95 latency of GET /api/v1/catalogs above 250 ms within 5 min, for 2 min`. */
export function ruleSentence(rule: AlertRuleDto): string {
  const { condition, endpoint, method, percentile, comparison, threshold, window_minutes, for_minutes } = rule;
  if (condition === 'freshness') {
    const { target } = rule;
    const which =
      target === null ? CONDITIONS.freshness : $localize`${CONDITIONS.freshness}:what: in ${target}:target:`;
    return threshold === null || threshold === 0
      ? which
      : $localize`${which}:which:, more than ${formatCount(threshold)}:count:`;
  }
  const what = condition === 'latency' ? $localize`p${percentile ?? 95}:percentile: latency` : CONDITIONS[condition];
  const route = [method, endpoint].filter((part) => part !== null).join(' ');
  const of = route === '' ? $localize`of all requests` : $localize`of ${route}:route:`;
  const value = threshold === null ? '' : valueText(condition, threshold);
  const limit = comparison === 'above' ? $localize`above ${value}:value:` : $localize`below ${value}:value:`;
  const window = $localize`within ${minutes(window_minutes ?? 0)}:minutes:`;
  const parts = [condition === 'no_data' || condition === 'volume' ? what : `${what} ${of}`];
  if (condition === 'volume' && route !== '') parts.push(of);
  if (condition === 'no_data' && route !== '') parts.push($localize`to ${route}:route:`);
  if (condition !== 'no_data') parts.push(limit);
  parts.push(window);
  const sentence = parts.join(' ');
  return for_minutes === 0 ? sentence : $localize`${sentence}:sentence:, for ${minutes(for_minutes)}:minutes:`;
}
