import { setTimeout as delay } from 'node:timers/promises';
import { BackgroundDatabase } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Collector, balanceOf } from '../collection/testing/collector';
import { MetricsClock } from '../collection/metrics-clock';
import { Partitions } from '../roll-up/partitions';
import { DAY_MS, HOUR_MS } from '../roll-up/raw-tables';
import { Retention } from '../roll-up/retention';
import { RollUp } from '../roll-up/roll-up';
import { RollUpSteps } from '../roll-up/roll-up-steps';
import { emptyAll, ledgerErrors, tierErrors } from '../roll-up/testing/books';

describe('requests, while the clock of the machine is set', () => {
  let stack: LocalStack;
  let collector: Collector;
  let partitions: Partitions;

  beforeAll(async () => {
    stack = await LocalStack.start();
  }, 60_000);

  beforeEach(async () => {
    collector = await Collector.ready(stack, { limits: { flushEveryMs: 50 } });
    const background = collector.get(BackgroundDatabase);
    await emptyAll({ background });
    partitions = new Partitions(background, collector.get(MetricsClock));
    await partitions.ensure();
  });

  afterEach(async () => {
    const background = collector.get(BackgroundDatabase);
    await collector.settled();
    expect(balanceOf(collector.snapshot)).toBe(0);
    expect(collector.snapshot).toMatchObject({ dropped: {}, written: collector.snapshot.observed });
    await partitions.ensure();
    await new RollUp(background, collector.get(MetricsClock), new RollUpSteps()).run({ untilNow: true });
    expect(await ledgerErrors({ background })).toEqual([]);
    jest.restoreAllMocks();
    await collector.stop();
  });

  afterAll(() => stack.stop());

  it.each([
    ['an hour ahead', [HOUR_MS]],
    ['an hour back', [-HOUR_MS]],
    ['back and ahead and back again', [-HOUR_MS, HOUR_MS, -2 * HOUR_MS, 3 * HOUR_MS, 0]],
    ['back by what a time server steps', [-1_200, -2_400, -3_600]],
  ])('%s, are stored in the partition of their day, and one line tells of each step', async (_, steps) => {
    collector.observeMany(10);
    for (const step of steps) {
      wallClockIsOff(step);
      collector.observeMany(10);
      await followed();
      collector.observeMany(10);
    }
    await collector.settled();

    const [rows] = await collector.sql(
      `SELECT (SELECT count(*)::int FROM performance_metrics) AS all,
              (SELECT count(*)::int FROM performance_metrics_default) AS astray`,
    );
    const told = collector.log.filter(({ msg }) => String(msg).startsWith('The clock of this machine was set by'));
    expect(rows).toEqual({ all: 10 + 20 * steps.length, astray: 0 });
    expect(told).toHaveLength(steps.length);
    expect(await tierErrorsAfterwards()).toEqual([]);
  });

  it('years ahead, are stored, told of, and no reason to lose the next ones', async () => {
    collector.observeMany(5);
    await collector.settled();
    wallClockIsOff(400 * DAY_MS);
    await followed();
    collector.observeMany(5);
    await collector.settled();
    jest.restoreAllMocks();
    await followed();
    collector.observeMany(5);
    await collector.settled();

    const { inDefault } = await partitions.ensure();

    expect(await collector.stored()).toMatchObject({ raw: 15, ledgerRows: 15 });
    expect(inDefault).toEqual({ performance: 5, usage: 0 });
    expect(collector.log.map(({ msg }) => String(msg)).join('\n')).toContain(
      'Rows lie in performance_metrics_default, because there is no partition for their day',
    );
  });

  it('years back, are stored, and booked as too late when the clock is right', async () => {
    wallClockIsOff(-400 * DAY_MS);
    await followed();
    collector.observeMany(5);
    await collector.settled();
    jest.restoreAllMocks();
    await followed();
    collector.observeMany(5);
    await collector.settled();
    const before = await collector.stored();
    await new Retention(collector.get(BackgroundDatabase), collector.get(MetricsClock)).run();

    const [late] = await collector.sql(`SELECT rows::int, dropped FROM metrics_ingest_log WHERE dropped ? 'too_late'`);
    expect(before).toMatchObject({ raw: 10, ledgerRows: 10 });
    expect(late).toEqual({ rows: -5, dropped: { too_late: 5 } });
    expect(await collector.stored()).toMatchObject({ raw: 5, ledgerRows: 5 });
  });

  async function tierErrorsAfterwards(): Promise<unknown[]> {
    const background = collector.get(BackgroundDatabase);
    const clock = collector.get(MetricsClock);
    // Later than everything that was recorded by a clock that was ahead.
    jest.spyOn(clock, 'now').mockReturnValue(Date.now() + DAY_MS);
    await new RollUp(background, clock, new RollUpSteps()).run({ untilNow: true });
    return tierErrors({ background });
  }

  async function followed(): Promise<void> {
    const clock = collector.get(MetricsClock);
    await collector.until(() => Math.abs(clock.now() - Date.now()) < 1_100);
    await delay(100);
  }

  function wallClockIsOff(ms: number): void {
    jest.restoreAllMocks();
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  }
});
