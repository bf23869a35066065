import { LocalStack } from '@lakescope/server-testing';
import { Database } from '@lakescope/server-persistence';
import { MetricsApp } from './queries/testing/metrics-app';
import { PerformanceMetric } from './performance-metric.entity';

it('is found once for each row, also where rows say the same', async () => {
  const stack = await LocalStack.start();
  const app = await MetricsApp.start(stack);
  const at = '2026-03-01T12:00:00.000Z';
  await app.givenRequests([{ at }, { at }, { at, ms: 20 }]);
  await app.sql('UPDATE performance_metrics SET correlation_id = NULL');

  const found = await app
    .get(Database)
    .asSystem((tx) => tx.find(PerformanceMetric, { order: { responseTimeMs: 'ASC' } }));

  expect(found.map(({ responseTimeMs, timestamp }) => [responseTimeMs, timestamp])).toEqual([
    [10, new Date(at)],
    [10, new Date(at)],
    [20, new Date(at)],
  ]);
  await app.stop();
  await stack.stop();
});
