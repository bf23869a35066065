import { AuditLog } from '@lakescope/server-audit';
import { UserOwnedTables } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Logger } from '@nestjs/common';
import type { CollectionSnapshot } from '../collection/collection-state';
import { PartitionsReady } from '../collection/partitions-ready';
import { BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS } from './raw-tables';
import { RollUpSchedule } from './roll-up-schedule';
import { emptyAll } from './testing/books';
import { givenRequests } from './testing/given-metrics';
import { MetricsReplica } from './testing/metrics-replica';

const NOON = Date.parse('2026-11-20T12:00:00Z');

const COLLECTION: CollectionSnapshot = {
  bootId: '6f1f2a34-6a43-4c1b-8f0e-1f0a4f6f8a11',
  state: 'ok',
  observed: 0,
  written: 0,
  overflow: 0,
  overflowHeld: 0,
  dropped: {},
  inRing: 0,
  ringCapacity: 1_024,
};

describe('the schedule of the roll-up', () => {
  let stack: LocalStack;
  let replica: MetricsReplica;
  let schedule: RollUpSchedule;
  let ready: PartitionsReady;
  let openConnections: number;
  let lastFlushAt: Date | undefined;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    stack = await LocalStack.start();
    replica = await MetricsReplica.start(stack);
  });
  afterAll(async () => {
    await replica.stop();
    await stack.stop();
  });

  beforeEach(async () => {
    await emptyAll(replica);
    replica.now = NOON;
    [openConnections, lastFlushAt] = [1, undefined];
    ready = new PartitionsReady();
    const { background, database, lifecycle, clock, partitions, rollUp, retention } = replica;
    schedule = new RollUpSchedule(
      background,
      {
        get poolUse() {
          return { ...database.poolUse, total: openConnections };
        },
        asSystem: (work, options) => database.asSystem(work, options),
      },
      lifecycle,
      clock,
      { snapshot: () => ({ ...COLLECTION, ...(lastFlushAt === undefined ? {} : { lastFlushAt }) }) },
      ready,
      partitions,
      rollUp,
      retention,
      new AuditLog(new UserOwnedTables()),
    );
    schedule.onModuleInit();
    await schedule.tick();
    replica.steps.seen = [];
  });

  it('makes partitions before the first rows are stored', async () => {
    const before = replica.partitions.last;

    await ready.ensured();

    expect(replica.partitions.last).not.toBe(before);
  });

  it('rolls up while the database is awake for other work', async () => {
    await schedule.tick();

    expect(replica.steps.seen).not.toEqual([]);
  });

  it('lets a database sleep that nobody uses, also when hours and days go by', async () => {
    openConnections = 0;
    for (const later of [30_000, HOUR_MS, 3 * DAY_MS]) {
      replica.now = NOON + later;
      await schedule.tick();
    }

    expect(replica.steps.seen).toEqual([]);
  });

  it('rolls up what this process has stored, once more when its bucket is closed, and then lets the database sleep', async () => {
    openConnections = 0;
    await givenRequests(replica, [{ at: NOON + MINUTE_MS }]);
    [lastFlushAt, replica.now] = [new Date(NOON + MINUTE_MS), NOON + MINUTE_MS];
    await schedule.tick();
    const whileOpen = await tierRows();
    replica.steps.seen = [];
    replica.now = NOON + 2 * MINUTE_MS;
    await schedule.tick();
    const between = [...replica.steps.seen];
    replica.now = NOON + BUCKET_MS;
    await schedule.tick();
    const whenClosed = await tierRows();
    replica.steps.seen = [];
    replica.now = NOON + HOUR_MS;
    await schedule.tick();
    const asleep = [...replica.steps.seen];
    openConnections = 1;
    await schedule.tick();

    // The hour and the day are worked out when the hour is over, and somebody has woken the database.
    expect({ whileOpen, between, whenClosed, asleep }).toEqual({
      whileOpen: 0,
      between: [],
      whenClosed: 1,
      asleep: [],
    });
    expect(await tierRows()).toBe(3);
  });

  it('makes the partitions of a new day within the hour', async () => {
    replica.now = NOON + DAY_MS;
    await schedule.tick();

    expect(replica.partitions.last?.created).toContain('performance_metrics_2026_11_24');
  });

  it('goes on as before when the clock was days ahead for a while', async () => {
    replica.now = NOON + 10 * DAY_MS;
    await schedule.tick();
    replica.now = NOON + DAY_MS;
    const before = replica.partitions.last;
    await schedule.tick();
    const tidied = replica.partitions.last;
    openConnections = 0;
    await givenRequests(replica, [{ at: NOON + DAY_MS - HOUR_MS }]);
    [lastFlushAt, replica.now] = [new Date(NOON + DAY_MS + 1), NOON + DAY_MS + MINUTE_MS];
    await schedule.tick();

    expect(tidied).not.toBe(before);
    expect(await tierRows()).toBe(3);
  });

  it('rolls up what was stored after the clock was set back, although nobody uses the database', async () => {
    replica.now = NOON + 10 * DAY_MS;
    await schedule.tick();
    openConnections = 0;
    await givenRequests(replica, [{ at: NOON - HOUR_MS }]);
    [lastFlushAt, replica.now] = [new Date(NOON), NOON + MINUTE_MS];
    await schedule.tick();

    expect(await tierRows()).toBe(3);
  });

  it('goes on after a database that was away, and says so once', async () => {
    const said: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, error: () => undefined, warn: (line: unknown) => said.push(line) });
    try {
      await stack.postgres.halt();
      await schedule.tick();
      await schedule.tick();
      await stack.postgres.restart();
      await givenRequests(replica, [{ at: NOON - HOUR_MS }]);
      for (let attempt = 0; attempt < 20 && (await tierRows()) === 0; attempt++) await schedule.tick();
    } finally {
      Logger.overrideLogger(false);
    }

    expect(await tierRows()).toBe(3);
    expect(said.filter((line) => JSON.stringify(line).includes('not rolled up'))).toHaveLength(1);
  });

  it('forgets audit entries after their year', async () => {
    await replica.database.asSystem((tx) =>
      tx.query(
        `INSERT INTO audit_log (user_id, acting_as, action, outcome, occurred_at)
         SELECT 'ana', 'user', 'x', 'success', now() - days * interval '1 day' FROM unnest('{364,366}'::int[]) AS days`,
      ),
    );
    replica.now = NOON + 2 * HOUR_MS;

    await schedule.tick();

    const [left] = await replica.sql<{ n: number }>('SELECT count(*)::int AS n FROM audit_log');
    expect(left?.n).toBe(1);
  });

  async function tierRows(): Promise<number> {
    const [row] = await replica.sql<{ n: number }>('SELECT count(*)::int AS n FROM aggregated_metrics');
    return row?.n ?? 0;
  }
});
