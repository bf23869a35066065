import { VersionNotFound } from '../errors';
import { added, created, TemporaryLake } from '../testing/temporary-lake';
import { ActionCutter, type Piece } from './action-cutter';

describe('the raw log of a table', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const commit = (table: string, version: number): string =>
    `${table}/_delta_log/${String(version).padStart(20, '0')}.json`;

  it('gives the actions of a commit as they were written, page by page', async () => {
    await lake.commit('pages', 0, [...created(), added('a'), added('b')]);
    const table = await lake.open('pages');

    const first = await table.rawLog(0, { limit: 3 });
    const rest = await table.rawLog(0, { limit: 3, offset: first.nextOffset ?? 0 });

    expect(first.actions.map(({ kind }) => kind)).toEqual(['protocol', 'metaData', 'add']);
    expect(first).toMatchObject({ total: 4, nextOffset: 3 });
    expect(rest).toMatchObject({ total: 4, nextOffset: undefined });
    expect(rest.actions[0]?.text).toBe(JSON.stringify(added('b')));
    expect((await table.rawLog(0, { offset: 9 })).actions).toEqual([]);
  });

  it('keeps digits, escapes and unknown actions as they stand', async () => {
    const lines = ['{"new":{"n":9007199254740993,"d":1.10}}', '{"add":{"path":"a\\u0062 {\\"}\\\\"}}'];
    await lake.write(commit('digits', 0), lines.join('\n'));

    const { actions } = await (await lake.open('digits')).rawLog(0);

    expect(actions.map(({ text }) => text)).toEqual(lines);
    expect(actions.map(({ kind }) => kind)).toEqual(['new', 'add']);
  });

  it('shows a damaged commit for what it is', async () => {
    await lake.write(commit('damaged', 0), 'not json\n{"add":{"path":"a"}}\n{"add": {"path"');

    const { actions, total } = await (await lake.open('damaged')).rawLog(0);

    expect(actions.map(({ kind, text }) => [kind, text])).toEqual([
      ['unreadable', 'not json'],
      ['add', '{"add":{"path":"a"}}'],
      ['add', '{"add": {"path"'],
    ]);
    expect(total).toBe(3);
  });

  it('cuts what is too large, and ends a page of large actions early', async () => {
    const large = (path: string): string => JSON.stringify({ add: { path, tags: 'é'.repeat(300_000) } });
    await lake.write(
      commit('large', 0),
      Array.from({ length: 30 }, (_, index) => `${large(String(index))}\n`).join(''),
    );
    const table = await lake.open('large');

    const page = await table.rawLog(0, { limit: 100 });

    expect(page.total).toBe(30);
    expect(page.actions.length).toBeLessThan(30);
    expect(page.nextOffset).toBe(page.actions.length);
    expect(page.actions[0]).toMatchObject({ isCut: true, sizeBytes: Buffer.byteLength(large('0')) });
    expect(page.actions[0]?.text).not.toContain('\ufffd');
  });

  it('has no commit of a version that is not there', async () => {
    await lake.commit('short', 0, created());

    await expect((await lake.open('short')).rawLog(3)).rejects.toThrow(VersionNotFound);
  });

  it('gives the version checksum as it was written', async () => {
    await lake.commit('sums', 0, created());
    await lake.write('sums/_delta_log/00000000000000000000.crc', '{"tableSizeBytes":1}');
    const table = await lake.open('sums');

    expect(await table.rawChecksum(0)).toMatchObject({ text: '{"tableSizeBytes":1}', sizeBytes: 20, isCut: false });
    expect(await table.rawChecksum(1)).toBeUndefined();
  });
});

describe('the actions of a commit', () => {
  const text = '{"commitInfo":\n {"a":"}{\\""}}\n\n  {"add":{"p":"ü"}}{"x":1}\nrest of it';

  it.each([1, 2, 3, 7, 1_000])('are found whatever the pieces are that it comes in (%d bytes)', (size) => {
    const pieces: Piece[] = [];
    const cutter = new ActionCutter(1_000, (_, piece) => pieces.push(piece()));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) cutter.write(bytes.subarray(at, at + size));

    expect(cutter.end()).toBe(4);
    expect(pieces.map((piece) => piece.text)).toEqual([
      '{"commitInfo":\n {"a":"}{\\""}}',
      '{"add":{"p":"ü"}}',
      '{"x":1}',
      'rest of it',
    ]);
  });
});
