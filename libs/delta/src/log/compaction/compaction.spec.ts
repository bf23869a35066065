import type { JsonValue } from '../../schema/types';
import { added, created, TemporaryLake } from '../../testing/temporary-lake';

const domain = (name: string, configuration: string, removed = false): JsonValue => ({
  domainMetadata: { domain: name, configuration, removed },
});

function compacted(from: number, to: number): string {
  const name = (version: number): string => String(version).padStart(20, '0');
  return `_delta_log/${name(from)}.${name(to)}.compacted.json`;
}

describe('a log compaction', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** Versions 0 to 4; the commits 1 to 3 add f1 to f3, and 3 takes f0 away. */
  async function history(table: string, without: readonly number[] = []): Promise<void> {
    const commits: JsonValue[][] = [
      [...created(), added('f0'), domain('gone', '1')],
      [added('f1'), { txn: { appId: 'load', version: 1, lastUpdated: 10 } }],
      [added('f2'), domain('kept', '{"a":1}'), domain('gone', '', true)],
      [added('f3'), { remove: { path: 'f0' } }, { txn: { appId: 'load', version: 2, lastUpdated: 20 } }],
      [{ commitInfo: { operation: 'WRITE' } }, added('f4')],
    ];
    for (const [version, actions] of commits.entries()) {
      if (!without.includes(version)) await lake.commit(table, version, actions);
    }
  }

  async function compact(table: string, from: number, to: number, actions: readonly JsonValue[]): Promise<void> {
    await lake.write(`${table}/${compacted(from, to)}`, actions.map((action) => JSON.stringify(action)).join('\n'));
  }

  const whole: JsonValue[] = [
    added('f1'),
    added('f2'),
    added('f3'),
    { remove: { path: 'f0' } },
    { txn: { appId: 'load', version: 2, lastUpdated: 20 } },
    domain('kept', '{"a":1}'),
    domain('gone', '', true),
  ];

  async function paths(table: string, version?: number): Promise<string[]> {
    const snapshot = await (await lake.open(table)).snapshot(version === undefined ? {} : { version });
    return (await snapshot.files()).items.map((file) => file.path);
  }

  it('stands for the commits of its range, of which none is read', async () => {
    await history('instead', [1, 2, 3]);
    await compact('instead', 1, 3, whole);

    const snapshot = await (await lake.open('instead')).snapshot();

    expect((await snapshot.files()).items.map((file) => file.path)).toEqual(['f1', 'f2', 'f3', 'f4']);
    expect([...snapshot.domains]).toEqual([['kept', '{"a":1}']]);
    expect(snapshot.transactions).toEqual([{ appId: 'load', version: 2n, lastUpdated: 20 }]);
    expect(snapshot.lastCommit?.operation).toBe('WRITE');
  });

  it('is no use for a version inside its range', async () => {
    await history('inside');
    await compact('inside', 1, 3, whole);

    expect(await paths('inside', 2)).toEqual(['f0', 'f1', 'f2']);
    expect(await paths('inside', 3)).toEqual(['f1', 'f2', 'f3']);
  });

  it('is passed over where the commits after it are gone and a shorter one gets there', async () => {
    await history('overlap', [2, 4]);
    await compact('overlap', 0, 3, [...created(), ...whole]);
    await compact('overlap', 1, 2, [added('f1'), added('f2')]);
    await compact('overlap', 3, 4, [added('f3'), added('f4'), { remove: { path: 'f0' } }]);
    await lake.commit('overlap', 5, [added('f5')]);

    expect(await paths('overlap', 5)).toEqual(['f1', 'f2', 'f3', 'f4', 'f5']);
  });

  it('that is broken is no loss while its commits are there', async () => {
    await history('broken');
    await lake.write(`broken/${compacted(1, 3)}`, '{"add":');
    await history('broken-alone', [2]);
    await lake.write(`broken-alone/${compacted(1, 3)}`, '{"add":');

    expect(await paths('broken')).toEqual(['f1', 'f2', 'f3', 'f4']);
    await expect(paths('broken-alone')).rejects.toMatchObject({ code: 'TABLE_CORRUPT', missing: compacted(1, 3) });
  });

  it('stands for commits after a checkpoint too', async () => {
    await history('checkpoint', [2]);
    const top = [{ checkpointMetadata: { version: 1 } }, ...created(), added('f0'), added('f1')];
    const name = '00000000000000000001.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json';
    await lake.write(`checkpoint/_delta_log/${name}`, top.map((action) => JSON.stringify(action)).join('\n'));
    await lake.write('checkpoint/_delta_log/00000000000000000000.json', 'not read');
    await compact('checkpoint', 2, 3, [added('f2'), added('f3'), { remove: { path: 'f0' } }]);

    expect(await paths('checkpoint', 4)).toEqual(['f1', 'f2', 'f3', 'f4']);
  });

  it('does not hide a gap of the log', async () => {
    await history('gap', [1, 3]);
    await compact('gap', 2, 3, whole);

    await expect(paths('gap')).rejects.toMatchObject({ code: 'TABLE_CORRUPT', missing: 'version 1' });
  });
});
