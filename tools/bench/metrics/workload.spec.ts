import { median } from '../benchmark';
import { quantile } from './rounds';
import { Workload, type WorkloadOptions } from './workload';

const week: WorkloadOptions = { rows: 60_000, seed: 4, endMs: Date.parse('2026-11-21T10:00:00Z') };

function told(options: WorkloadOptions, rows = Infinity): string[] {
  const workload = new Workload(options);
  const lines: string[] = [];
  while (lines.length < rows && workload.next()) {
    const { at, responseTimeMs, status, endpoint } = workload;
    lines.push([at, responseTimeMs, status, endpoint, workload.userName(), workload.correlationId()].join(' '));
  }
  return lines;
}

describe('the workload of the benchmarks', () => {
  it('is the same for the same seed and another one for another', () => {
    expect(told(week, 2_000)).toEqual(told(week, 2_000));
    expect(told({ ...week, seed: 5 }, 2_000)).not.toEqual(told(week, 2_000));
  });

  it('has exactly as many requests as were asked for, in order, within its days', () => {
    const workload = new Workload(week);
    let [count, last] = [0, week.endMs - 7 * 86_400_000];
    while (workload.next()) {
      if (workload.at < last) throw new Error(`${workload.at} comes after ${last}`);
      last = workload.at;
      count++;
    }

    expect(count).toBe(60_000);
    expect(last).toBeLessThan(week.endMs);
    expect(last).toBeGreaterThan(week.endMs - 300_000);
  });

  it('is busiest in its incident, and reaches every endpoint and most of its people', () => {
    const workload = new Workload(week);
    const [endpoints, users] = [new Set<number>(), new Set<string | undefined>()];
    while (workload.next()) {
      endpoints.add(workload.endpoint);
      users.add(workload.userName());
    }
    const busiest = workload.perBucket.indexOf(Math.max(...workload.perBucket));

    expect(endpoints.size).toBe(40);
    expect(users.size).toBeGreaterThan(900);
    expect((busiest * 300_000) / 86_400_000).toBeGreaterThanOrEqual(3.5);
    expect((busiest * 300_000) / 86_400_000).toBeLessThan(3.75);
  });

  it('names each request as a UUID would', () => {
    const workload = new Workload(week);
    workload.next();

    expect(workload.correlationId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('shows that percentiles of hours cannot be averaged: the median of the week comes out far too high', () => {
    const workload = new Workload(week);
    const all: number[] = [];
    const hours = new Map<string, number[]>();
    while (workload.next()) {
      all.push(workload.responseTimeMs);
      const key = `${Math.floor(workload.at / 3_600_000)} ${workload.endpoint}`;
      hours.set(key, [...(hours.get(key) ?? []), workload.responseTimeMs]);
    }
    const medians = [...hours.values()].map((values) => median(values));
    const averaged = medians.reduce((sum, value) => sum + value, 0) / medians.length;
    const truth = quantile(all, 0.5);

    expect(averaged / truth).toBeGreaterThan(2);
  });
});
