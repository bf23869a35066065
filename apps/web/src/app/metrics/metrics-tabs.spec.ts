import { metricsTabOf, metricsTabs } from './metrics-tabs';

describe('the tabs of the metrics', () => {
  it.each([
    ['/usage-metrics', ''],
    ['/usage-metrics?range=7d', ''],
    ['/usage-metrics/alerts?state=firing', 'alerts'],
  ])('finds the tab of %s', (url, id) => {
    expect(metricsTabOf(url)).toBe(id);
  });

  it('finds each tab by its own link', () => {
    for (const { id, link } of metricsTabs) expect(metricsTabOf(link)).toBe(id);
  });
});
