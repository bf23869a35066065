import { poolSeries } from './pool-series';

const quiet = {
  total: 2,
  idle: 2,
  waiting: 0,
  acquires: 0,
  longest_wait_ms: 0,
  connects: 0,
  connect_failures: 0,
  auth_failures: 0,
  credential_refreshes: 0,
};

describe('poolSeries', () => {
  it('fills the intervals in which nothing happened, without inventing idle connections', () => {
    const series = poolSeries({
      interval_seconds: 10,
      max: 20,
      items: [
        { ...quiet, at: '2026-01-01T00:00:00.000Z', total: 5, idle: 1, connects: 3 },
        { ...quiet, at: '2026-01-01T00:00:30.000Z', waiting: 2, auth_failures: 1 },
      ],
    });
    expect(series.times).toEqual(['00', '10', '20', '30'].map((second) => `2026-01-01T00:00:${second}.000Z`));
    expect(series.inUse).toEqual([4, 0, 0, 0]);
    expect(series.idle).toEqual([1, null, null, 2]);
    expect(series.waiting).toEqual([0, 0, 0, 2]);
    expect(series.connects).toEqual([3, 0, 0, 0]);
    expect(series.authFailures).toEqual([0, 0, 0, 1]);
  });

  it('is empty when nothing has happened at all', () => {
    expect(poolSeries({ interval_seconds: 10, max: 20, items: [] }).times).toEqual([]);
  });
});
