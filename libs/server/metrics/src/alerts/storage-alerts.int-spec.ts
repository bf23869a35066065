import { LocalStack } from '@lakescope/server-testing';
import { CollectionState } from '../collection/collection-state';
import { AlertWatch } from './alert-watch';
import { AlertsApp } from './testing/alerts-app';

const MINUTE = 60_000;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

interface Shown {
  id: string;
  state: string;
  value: number;
  limit: number;
  fix: string | null;
}

describe('storage alerts', () => {
  let stack: LocalStack;
  let app: AlertsApp;

  beforeAll(async () => {
    stack = await LocalStack.start();
    app = await AlertsApp.start(stack, { METRICS_ALERT_ROWS: '1000' });
    // Rows of today have a partition here, as the app would have made it.
    await app.sql(
      `CREATE TABLE performance_metrics_today PARTITION OF performance_metrics
       FOR VALUES FROM ('${day(-1)}') TO ('${day(1)}')`,
    );
  });

  beforeEach(async () => {
    await app.empty();
    await app.sql('ANALYZE performance_metrics');
    app.setNow(NOW);
    expect((await all()).map(({ id, state, fix }) => [id, state, fix])).toEqual(
      ['raw_rows', 'dirty_age', 'default_partition', 'dropped', 'ring'].map((id) => [id, 'ok', null]),
    );
    app.log.length = 0;
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it('warn of raw rows before there are too many, and end when there are clearly fewer again', async () => {
    const seen: unknown[] = [];
    for (const rows of [799, 800, 999, 1_000, 901, 899, 721, 719]) {
      await givenRows(rows);
      const { state, value, limit } = await one('raw_rows');
      seen.push([value, limit, state]);
    }

    expect(seen).toEqual([
      [799, 1_000, 'ok'],
      [800, 1_000, 'warning'],
      [999, 1_000, 'warning'],
      [1_000, 1_000, 'error'],
      [901, 1_000, 'error'],
      [899, 1_000, 'warning'],
      [721, 1_000, 'warning'],
      [719, 1_000, 'ok'],
    ]);
    expect(told()).toEqual(['raw_rows warning', 'raw_rows error', 'raw_rows warning', 'raw_rows ok']);
  });

  it('tell when metrics wait too long to be rolled up, however late they came', async () => {
    await app.sql(
      `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, committed_at)
       VALUES (gen_random_uuid(), 1, 'performance', 'flush', 1, $1)`,
      new Date(NOW),
    );
    await app.sql(
      `INSERT INTO metrics_dirty (kind, bucket, boot_id, seq)
       SELECT 'performance', $1::timestamptz - interval '3 days', boot_id, 1 FROM metrics_ingest_log`,
      new Date(NOW),
    );

    const seen = await statesOver('dirty_age', [1, 7, 8, 10, 11]);
    await app.sql('TRUNCATE metrics_dirty');

    expect([...seen, (await one('dirty_age')).state]).toEqual(['ok', 'ok', 'warning', 'error', 'error', 'ok']);
    expect(told()).toEqual(['dirty_age warning', 'dirty_age error', 'dirty_age ok']);
  });

  it('tell of rows that belong to no day there is room for', async () => {
    await app.givenRequests([{ at: NOW + 30 * 24 * 60 * MINUTE }]);
    const [found, still] = [await one('default_partition'), await one('default_partition')];
    await app.sql('DELETE FROM performance_metrics_default');

    expect([found, still]).toMatchObject([
      { state: 'error', value: 1, fix: expect.stringContaining('aggregate-metrics') },
      { state: 'error' },
    ]);
    expect(await one('default_partition')).toMatchObject({ state: 'ok', value: 0, fix: null });
    expect(told()).toEqual(['default_partition error', 'default_partition ok']);
  });

  it('tell of what was dropped, until an hour has passed without another loss', async () => {
    givenCollection({ dropped: { poison: 2 } });
    const seen = await statesOver('dropped', [0, 59]);
    givenCollection({ dropped: { poison: 2, too_late: 1 } });
    seen.push(...(await statesOver('dropped', [60, 119, 120])));

    expect(seen).toEqual(['error', 'error', 'error', 'error', 'ok']);
    expect(told()).toEqual(['dropped error', 'dropped ok']);
    expect(app.log.join('\n')).toContain('poison: 2');
  });

  it('tell of a ring that fills while the database is away, in time', async () => {
    const seen: unknown[] = [];
    await stack.postgres.halt();
    for (const share of [0.39, 0.4, 0.5, 0.46, 0.44, 0.35]) {
      givenCollection({ inRing: Math.ceil(app.get(CollectionState).snapshot().ringCapacity * share) });
      await app.get(AlertWatch).tick();
      seen.push(told().at(-1));
    }
    const { status, body } = await app.ask('/storage');
    await stack.postgres.restart();

    expect(seen).toEqual([undefined, 'ring warning', 'ring error', 'ring error', 'ring warning', 'ring ok']);
    expect([status, body['error_code']]).toEqual([503, 'DATABASE_UNAVAILABLE']);
  });

  async function all(): Promise<Shown[]> {
    const { status, body } = await app.ask('/storage');
    expect(status).toBe(200);
    return body['items'] as Shown[];
  }

  async function one(id: string): Promise<Shown> {
    const found = (await all()).find((alert) => alert.id === id);
    if (found === undefined) throw new Error(`There is no storage alert ${id}`);
    return found;
  }

  async function statesOver(id: string, minutes: readonly number[]): Promise<string[]> {
    const states: string[] = [];
    for (const minute of minutes) {
      app.setNow(NOW + minute * MINUTE);
      states.push((await one(id)).state);
    }
    return states;
  }

  async function givenRows(count: number): Promise<void> {
    await app.sql('TRUNCATE performance_metrics');
    await app.givenRequests(Array.from({ length: count }, () => ({ at: NOW - MINUTE })));
    await app.sql('TRUNCATE metrics_dirty');
    await app.sql('ANALYZE performance_metrics');
  }

  function givenCollection(changes: { inRing?: number; dropped?: Record<string, number> }): void {
    const state = app.get(CollectionState);
    const snapshot = { ...state.snapshot(), ...changes };
    jest.spyOn(state, 'snapshot').mockReturnValue(snapshot);
  }

  /** What was logged, a line for each change. */
  function told(): string[] {
    return app.log.flatMap((line) => {
      const [, id, state] = /Storage alert (\w+) is (\w+)/.exec(line) ?? [];
      return id === undefined ? [] : [`${id} ${state}`];
    });
  }
});

function day(offset: number): string {
  return new Date(Math.floor(NOW / 86_400_000) * 86_400_000 + offset * 86_400_000).toISOString();
}
