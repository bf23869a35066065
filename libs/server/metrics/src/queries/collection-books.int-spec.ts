import { randomUUID } from 'node:crypto';
import { LocalStack } from '@lakescope/server-testing';
import { MetricsBoot } from '../collection/metrics-boot';
import { DAY_MS, FROM_RAW } from '../roll-up/raw-tables';
import type { MetricsCollectionDto } from './metrics-answer.dto';
import { MetricsApp } from './testing/metrics-app';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const LAST_HOUR = 'start=2026-11-21T11:00:00Z&end=2026-11-21T12:00:00Z';

interface Entry {
  boot: string;
  seq: number;
  at: string;
  observed: number;
  written?: number;
  overflow?: number;
  dropped?: Record<string, number>;
  closed?: boolean;
  entry?: string;
  kind?: string;
}

describe('whether everything was counted', () => {
  let stack: LocalStack;
  let app: MetricsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await MetricsApp.start(stack);
    app.setNow(NOW);
  });

  beforeEach(() => app.sql('TRUNCATE metrics_ingest_log'));

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('is what all replicas have booked, each by its last entry', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await given(
      { boot: one, seq: 1, at: '2026-11-21T11:10:00Z', observed: 100 },
      {
        boot: one,
        seq: 2,
        at: '2026-11-21T11:20:00Z',
        observed: 300,
        written: 280,
        overflow: 15,
        dropped: { poison: 5 },
        closed: true,
      },
      { boot: other, seq: 1, at: '2026-11-21T11:30:00Z', observed: 40, written: 30, closed: true },
    );

    expect(await collection(LAST_HOUR)).toEqual({
      state: 'ok',
      observed: 340,
      written: 310,
      overflow: 15,
      dropped: 5,
      dropped_by_reason: { poison: 5 },
      in_ring: 10,
      unclean_boots: [],
    });
  });

  it('is that of the range, without what was booked before and after', async () => {
    const boot = randomUUID();
    await given(
      { boot, seq: 1, at: '2026-11-21T10:59:59.999Z', observed: 1_000, dropped: { poison: 7 }, written: 993 },
      { boot, seq: 2, at: '2026-11-21T11:00:00Z', observed: 1_010, dropped: { poison: 7 }, written: 1_003 },
      { boot, seq: 3, at: '2026-11-21T11:59:59.999Z', observed: 1_025, dropped: { poison: 8 }, written: 1_017 },
      {
        boot,
        seq: 4,
        at: '2026-11-21T12:00:00Z',
        observed: 5_000,
        written: 4_992,
        dropped: { poison: 8 },
        closed: true,
      },
    );

    expect(await collection('start=2026-11-21T11:00:00Z&end=2026-11-21T11:59:59.999Z')).toMatchObject({
      observed: 10,
      dropped: 0,
      unclean_boots: [],
    });
    expect(await collection(LAST_HOUR)).toMatchObject({
      observed: 25,
      written: 24,
      dropped_by_reason: { poison: 1 },
      in_ring: 0,
    });
  });

  it('knows of this replica what it has not booked yet', async () => {
    await given({ boot: app.get(MetricsBoot).id, seq: 1, at: '2026-11-21T11:30:00Z', observed: 0 });

    expect(await collection(LAST_HOUR)).toMatchObject({ observed: 0, unclean_boots: [] });
  });

  it('names replicas that ended without a word, and what they took with them at most', async () => {
    const [crashed, stopped, alive] = [randomUUID(), randomUUID(), randomUUID()];
    await given(
      { boot: crashed, seq: 1, at: '2026-11-21T11:20:00Z', observed: 100 },
      { boot: crashed, seq: 2, at: '2026-11-21T11:20:02Z', observed: 185 },
      { boot: stopped, seq: 1, at: '2026-11-21T11:20:00Z', observed: 100, closed: true },
      { boot: alive, seq: 1, at: '2026-11-21T11:59:30Z', observed: 100 },
    );

    expect((await collection(LAST_HOUR)).unclean_boots).toEqual([
      { boot_id: crashed, last_seen_at: '2026-11-21T11:20:02.000Z', at_most: 43 },
    ]);
    expect((await collection('start=2026-11-21T11:30:00Z&end=2026-11-21T12:00:00Z')).unclean_boots).toEqual([]);
  });

  it('is not confused by the entries of events, and of rows that went', async () => {
    const boot = randomUUID();
    await given(
      { boot, seq: 1, at: '2026-11-21T11:20:00Z', observed: 9, written: 9, closed: true },
      { boot, seq: 2, at: '2026-11-21T11:21:00Z', observed: 0, kind: 'usage', entry: 'events' },
      { boot, seq: 3, at: '2026-11-21T11:22:00Z', observed: 0, entry: 'erase' },
    );

    expect(await collection(LAST_HOUR)).toMatchObject({ observed: 9, in_ring: 0, unclean_boots: [] });
  });

  it('is told of days whose entries were summed up', async () => {
    const day = new Date(NOW - 20 * DAY_MS).toISOString().slice(0, 10);
    await given(
      {
        boot: FROM_RAW,
        seq: 1,
        at: `${day}T00:00:00Z`,
        observed: 70,
        written: 60,
        dropped: { poison: 10 },
        closed: true,
        entry: 'day',
      },
      { boot: randomUUID(), seq: 1, at: '2026-11-21T11:20:00Z', observed: 5, closed: true },
    );

    expect(await collection('time_range=30d')).toMatchObject({
      observed: 75,
      written: 65,
      dropped_by_reason: { poison: 10 },
    });
    expect(await collection('time_range=7d')).toMatchObject({ observed: 5, dropped: 0 });
  });

  async function given(...entries: Entry[]): Promise<void> {
    for (const {
      boot,
      seq,
      at,
      observed,
      written = observed,
      overflow = 0,
      dropped = {},
      closed = false,
      entry = 'flush',
      kind = 'performance',
    } of entries) {
      await app.sql(
        `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, observed, written, overflow, dropped, closed, committed_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10)`,
        boot,
        seq,
        kind,
        entry,
        observed,
        written,
        overflow,
        JSON.stringify(dropped),
        closed,
        at,
      );
    }
  }

  async function collection(range: string): Promise<MetricsCollectionDto> {
    return (await app.ask<{ collection: MetricsCollectionDto }>(`performance?${range}`)).body.collection;
  }
});
