import { EntityMetrics, LATENCY_BOUNDS } from './entity-metrics';

describe('metrics of a served entity', () => {
  it('count the last minute, and forget what came before', () => {
    const metrics = new EntityMetrics();
    metrics.record(200, 1, 0);
    metrics.record(404, 1, 30_000);
    metrics.record(503, 1, 59_999);

    expect(metrics.lastMinute(59_999)).toEqual({ requests: 3, clientErrors: 1, serverErrors: 1 });
    expect(metrics.lastMinute(60_000)).toEqual({ requests: 2, clientErrors: 1, serverErrors: 1 });
    expect(metrics.lastMinute(600_000)).toEqual({ requests: 0, clientErrors: 0, serverErrors: 0 });
  });

  it('keep every latency in the bucket of the next bound', () => {
    const metrics = new EntityMetrics();
    for (const milliseconds of [0.5, 1, 1.1, 400_000]) metrics.record(200, milliseconds, 0);

    expect(metrics.buckets.slice(0, 2)).toEqual([2, 1]);
    expect(metrics.buckets.at(-1)).toBe(1);
    expect(metrics.buckets).toHaveLength(LATENCY_BOUNDS.length + 1);
    expect(metrics.latencySum).toBeCloseTo(400_002.6, 5);
  });
});
