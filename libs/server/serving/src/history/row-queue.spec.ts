import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { DatabaseUnavailable } from '@lakescope/server-persistence';
import { Logger } from '@nestjs/common';
import { HistoryLimits } from './history-limits';
import { RowQueue } from './row-queue';

const LIMITS = {
  lingerMs: 1,
  awayMs: [1],
  settledMs: 50,
  waitingRows: 5,
  waitingBytes: 500,
  batchRows: 3,
  batchBytes: 300,
};
const [ANA, BO] = [caller('ana@example.com'), caller('bo@example.com')];

describe('rows on their way into the database', () => {
  let written: string[];
  /** What the database says to each row, if it does not take it. */
  let refuse: (row: string) => Error | undefined;
  let said: string[];

  beforeEach(() => {
    [written, said] = [[], []];
    refuse = () => undefined;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void said.push(message));
  });

  afterEach(() => jest.restoreAllMocks());

  it('are written together, those of one person at a time', async () => {
    const queue = given();
    for (const row of ['1', '2', '3', '4']) queue.add(ANA, row, 10);
    queue.add(BO, '5', 10);
    await queue.settled();

    expect(written).toEqual(['ana: 1 2 3', 'ana: 4', 'bo: 5']);
  });

  it('that come while others are written wait for more of them, too', async () => {
    const queue = given({ lingerMs: 60_000 });
    const later = new Promise<void>((resolve) => {
      refuse = (row) => {
        if (row !== '3') return undefined;
        queue.add(ANA, '4', 10);
        // When all that is left to do of the first ones is done.
        setImmediate(() => {
          queue.add(ANA, '5', 10);
          resolve();
        });
        return undefined;
      };
    });
    for (const row of ['1', '2', '3']) queue.add(ANA, row, 10);
    await later;
    await queue.settled();

    expect(written).toEqual(['ana: 1 2 3', 'ana: 4 5']);
  });

  it('wait no longer when there are enough of them', async () => {
    const queue = given({ lingerMs: 60_000 });
    for (const row of ['1', '2', '3']) queue.add(ANA, row, 10);
    await sleep(20);

    expect(written).toEqual(['ana: 1 2 3']);
  });

  it('are written alone when they are large', async () => {
    const queue = given({ waitingBytes: 5_000 });
    for (const row of ['1', '2', '3']) queue.add(ANA, row, 250);
    await queue.settled();

    expect(written).toEqual(['ana: 1', 'ana: 2', 'ana: 3']);
  });

  it('wait while the database is away, and nobody waits for them', async () => {
    const queue = given();
    refuse = () => new DatabaseUnavailable('it sleeps');
    queue.add(ANA, '1', 10);
    await sleep(20);
    const startedAt = performance.now();
    await queue.settled();
    expect(performance.now() - startedAt).toBeLessThan(LIMITS.settledMs);
    refuse = () => undefined;
    await sleep(30);

    expect(written).toEqual(['ana: 1']);
    expect(said).toEqual(['Rows wait for the database: The database is unavailable: it sleeps.']);
  });

  it.each([
    ['many', 1, 8, ['ana: 4 5 6', 'ana: 7 8']],
    ['large', 200, 4, ['ana: 3', 'ana: 4']],
  ] as const)('are lost, the oldest first, when they are too %s, and counted', async (_, bytes, rows, kept) => {
    const queue = given();
    refuse = () => new DatabaseUnavailable('it sleeps');
    for (let row = 1; row <= rows; row++) queue.add(ANA, String(row), bytes);
    await sleep(10);
    refuse = () => undefined;
    await sleep(30);

    expect(written).toEqual(kept);
    expect(queue.lostRows).toBe(rows - kept.join(' ').replaceAll(/ana: /g, '').split(' ').length);
    expect(said[0]).toBe('Rows: 1 were lost since the start; of the last one, because too many wait for the database');
  });

  it('that the database refuses are lost alone, and not repeated to the log', async () => {
    const queue = given();
    refuse = (row) => (row === '2' ? Object.assign(new Error('no room for "2"'), { code: '23514' }) : undefined);
    for (const row of ['1', '2', '3']) queue.add(ANA, row, 10);
    await queue.settled();

    expect(written).toEqual(['ana: 1', 'ana: 3']);
    expect(said).toEqual([
      'Rows: 1 were lost since the start; of the last one, because the database refused it (23514)',
    ]);
  });

  it('are written before the end, or lost and counted when they cannot be', async () => {
    const [queue, late] = [given({ lingerMs: 60_000 }), given()];
    queue.add(ANA, '1', 10);
    await queue.close();
    expect(written).toEqual(['ana: 1']);

    refuse = () => new DatabaseUnavailable('it sleeps');
    late.add(ANA, '2', 10);
    await late.close();
    expect(late.lostRows).toBe(1);
  });

  function given(limits: Partial<HistoryLimits> = {}): RowQueue<string> {
    return new RowQueue<string>(
      'Rows',
      async ({ userId }, rows) => {
        await Promise.resolve();
        const error = rows.map(refuse).find((one) => one !== undefined);
        if (error !== undefined) throw error;
        written.push(`${userId.split('@')[0]}: ${rows.join(' ')}`);
      },
      new HistoryLimits({ ...LIMITS, ...limits }),
    );
  }
});

function caller(userId: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('unused'));
}
