import type { JsonValue } from '../schema/types';
import { added, created, TemporaryLake } from '../testing/temporary-lake';
import { retentionOf } from './tombstones';

const HOUR = 3_600_000;

function removed(path: string, at: number, size: number): JsonValue {
  return { remove: { path, deletionTimestamp: at, dataChange: true, size } };
}

describe('tombstones', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  it('are the removed files that nothing has added again, kept or past the retention', async () => {
    const configuration = { 'delta.deletedFileRetentionDuration': 'interval 2 hours' };
    await lake.commit('t', 0, [...created({ configuration }), added('a'), added('b'), added('c'), added('d')]);
    await lake.commit('t', 1, [removed('a', HOUR, 10), removed('b', 4 * HOUR, 20), removed('c', 5 * HOUR, 40)]);
    await lake.commit('t', 2, [added('c'), removed('d', 4.5 * HOUR, 80)]);
    const table = await lake.open('t');

    expect(await (await table.snapshot()).tombstones({ now: new Date(5 * HOUR) })).toEqual({
      count: 2,
      bytes: 100n,
      oldest: new Date(4 * HOUR),
      expired: { count: 1, bytes: 10n },
    });
    expect(await (await table.snapshot({ version: 0 })).tombstones()).toEqual({
      count: 0,
      bytes: 0n,
      expired: { count: 0, bytes: 0n },
    });
  });

  it('are kept for the time the table says, else for a week', () => {
    const of = (text: string) => retentionOf({ 'delta.deletedFileRetentionDuration': text });

    expect(retentionOf({})).toBe(7 * 24 * HOUR);
    expect(of('interval 1 day 12 hours')).toBe(36 * HOUR);
    expect(of(`INTERVAL '30' DAYS`)).toBe(30 * 24 * HOUR);
    expect(of('for ever')).toBe(7 * 24 * HOUR);
  });
});
