import { BackgroundDatabase } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import type { EntityManager } from 'typeorm';
import { CollectionState } from '../collection/collection-state';
import { Collector } from '../collection/testing/collector';
import { CollectionBooks } from '../queries/collection-books';
import { sumUpLedger } from './ledger-days';
import { DAY_MS, iso, startOf } from './raw-tables';

const BOOT = '00000000-0000-4000-8000-00000000ab1e';

describe('a ledger that is summed up by day', () => {
  const now = Date.now();
  const firstKept = startOf(DAY_MS, now - 8 * DAY_MS);
  let stack: LocalStack;
  let collector: Collector;

  beforeAll(async () => {
    stack = await LocalStack.start();
    collector = await Collector.ready(stack);
  }, 60_000);

  afterEach(() => collector.sql('DELETE FROM metrics_ingest_log'));

  afterAll(async () => {
    await collector.stop();
    await stack.stop();
  });

  it('counts what a process told once, also when it goes on after more than a week without a request', async () => {
    await entry(1, 10, 1_000);
    await summedUp();
    await entry(2, 0.01, 1_005);

    expect(await observed(30)).toBe(1_005);
  });

  it('tells of a process that has run for months only what came in the time that is asked about', async () => {
    await entry(1, 40, 900_000);
    await entry(2, 29, 940_000);
    await entry(3, 29, 950_000);
    await entry(4, 1, 1_000_000);
    const before = await observed(30);
    await summedUp();
    await summedUp();

    expect(before).toBe(100_000);
    expect(await observed(30)).toBe(100_000);
  });

  it('has as many rows as before, in fewer entries, and forgets what nobody can ask about any more', async () => {
    for (let seq = 1; seq <= 20; seq++) await entry(seq, 10, seq);
    await entry(21, 120, 1);
    await Promise.all([summedUp(), summedUp()]);

    const entries = await collector.sql(
      'SELECT entry, rows::int, observed::int FROM metrics_ingest_log ORDER BY committed_at, entry',
    );
    expect(entries).toEqual([
      { entry: 'day', rows: 1, observed: 0 },
      { entry: 'day', rows: 20, observed: 0 },
      { entry: 'flush', rows: 0, observed: 20 },
    ]);
  });

  /** Of one process: a flush of one row, and how many requests it had seen by then. */
  function entry(seq: number, daysAgo: number, total: number): Promise<unknown> {
    return collector.sql(
      `INSERT INTO metrics_ingest_log (boot_id, seq, kind, entry, rows, observed, written, closed, committed_at)
       VALUES ($1, $2, 'performance', 'flush', 1, $3, $3, true, $4)`,
      BOOT,
      seq,
      total,
      iso(now - daysAgo * DAY_MS),
    );
  }

  function summedUp(): Promise<void> {
    return collector.get(BackgroundDatabase).transaction((run) => sumUpLedger(run, firstKept));
  }

  function observed(days: number): Promise<number> {
    const books = new CollectionBooks(collector.get(CollectionState));
    return collector.get(BackgroundDatabase).transaction(async (run) => {
      const tx = { query: run } as unknown as EntityManager;
      return (await books.read(tx, { from: now - days * DAY_MS, to: now }, now)).observed;
    });
  }
});
