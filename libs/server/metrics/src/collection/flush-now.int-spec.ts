import { setTimeout as delay } from 'node:timers/promises';
import { LocalStack } from '@lakescope/server-testing';
import { PartitionsReady } from './partitions-ready';
import { Collector, balanceOf } from './testing/collector';

const STORE = /INSERT INTO performance_metrics/;
/** An entry of the books that brings no rows along. */
const NOTE = /RETURNING 1\)\s+SELECT count/;

describe('who has everything stored that was recorded', () => {
  let stack: LocalStack;
  let collector: Collector;

  beforeAll(async () => {
    stack = await LocalStack.start({ faultProxies: true });
  }, 60_000);

  beforeEach(async () => {
    collector = await Collector.ready(stack, { limits: { flushEveryMs: 60_000 } });
  });

  afterEach(async () => {
    await stack.network.heal();
    await stack.databaseLine.heal();
    await collector.stop();
  });

  afterAll(() => stack.stop());

  it('does not wait for requests that come meanwhile, however many they are', async () => {
    stack.network.slow({ roundTripMilliseconds: 30 });
    collector.observeMany(10);
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        collector.observe();
        await delay(0);
      }
    })();
    try {
      await Promise.race([collector.flush(), neverWithin(10_000)]);
    } finally {
      isOver = true;
      await load;
    }

    expect(collector.snapshot.written).toBeGreaterThanOrEqual(10);
    expect(balanceOf(collector.snapshot)).toBe(0);
  }, 30_000);

  it('has lost nothing when the line broke while the number of a refused statement was taken out of use', async () => {
    const line = stack.databaseLine;
    line.cutAt('before-sent', { statement: STORE });
    collector.observeMany(10);
    await expect(collector.flush()).rejects.toThrow('unavailable');
    line.failStatements({ statement: STORE, sqlState: '23514' });
    line.cutAt('before-acknowledged', { statement: NOTE });
    await expect(collector.flush()).rejects.toThrow('unavailable');
    await collector.flush();

    const { written, dropped } = collector.snapshot;
    const [stored] = await collector.sql(
      `SELECT (SELECT count(*) FROM performance_metrics)::int AS raw,
              (SELECT sum(rows) FROM metrics_ingest_log WHERE kind = 'performance')::int AS ledger,
              (SELECT sum(rows) FROM metrics_ingest_log WHERE boot_id = $1)::int AS entered`,
      collector.bootId,
    );
    expect({ written, dropped }).toEqual({ written: 10, dropped: {} });
    expect(stored?.['entered']).toBe(10);
    expect(stored?.['raw']).toBe(stored?.['ledger']);
  });

  it('asks for the partitions once, however many ask for it at the same time', async () => {
    let asked = 0;
    const partitions = new PartitionsReady();
    partitions.by(async () => {
      await delay(10);
      if (++asked === 1) throw new Error('not now');
    });

    const ends = await Promise.allSettled([partitions.ensured(), partitions.ensured(), partitions.ensured()]);
    await Promise.all([partitions.ensured(), partitions.ensured()]);
    await partitions.ensured();

    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toBe(2);
  });
});

function neverWithin(milliseconds: number): Promise<never> {
  return delay(milliseconds, undefined, { ref: false }).then(() => {
    throw new Error('It did not come to an end');
  });
}
