import { type Tab } from '@lakescope/web-ui';

/** The parts of the metrics, each at a path of its own; the first one is the dashboard itself. */
export const metricsTabs: readonly (Tab & { readonly link: string })[] = [
  { id: '', label: $localize`Dashboard`, link: '/usage-metrics', trackId: 'metrics-tab-dashboard' },
  { id: 'alerts', label: $localize`Alerts`, link: '/usage-metrics/alerts', trackId: 'metrics-tab-alerts' },
];

/** Which tab a path of the metrics belongs to: `/usage-metrics/alerts?x=1` to `alerts`. */
export function metricsTabOf(url: string): string {
  return /^\/usage-metrics\/([^/?#]+)/.exec(url)?.[1] ?? '';
}
