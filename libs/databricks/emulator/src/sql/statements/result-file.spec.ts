import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SqlColumn, SqlResult, SqlRow } from '../engine/sql-request';
import { ResultFile } from './result-file';
import { ResultMemory } from './result-memory';
import { csvRows, JSON_ROWS, type RowEncoder } from './row-encoder';
import { storeResult } from './store-result';

const COLUMNS: readonly SqlColumn[] = [
  { name: 'id', position: 0, typeName: 'LONG', typeText: 'BIGINT' },
  { name: 'a "note", or two', position: 1, typeName: 'STRING', typeText: 'STRING' },
];

/** A result of these rows, in batches of three. */
function resultOf(rows: readonly SqlRow[], onRead: () => void = () => undefined): SqlResult {
  return {
    columns: COLUMNS,
    async *chunks() {
      for (let at = 0; at < rows.length; at += 3) {
        onRead();
        yield Promise.resolve(rows.slice(at, at + 3));
      }
    },
    truncated: () => false,
    close: () => Promise.resolve(),
  };
}

describe('the file of a result', () => {
  const never = new AbortController().signal;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakescope-result-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const fileOf = (encoder: RowEncoder = JSON_ROWS, chunkBytes = 1_000_000, memory = new ResultMemory(0)) =>
    new ResultFile(join(folder, 'result'), encoder, chunkBytes, memory);
  const texts = (file: ResultFile) =>
    Promise.all(file.chunks.map(async (chunk) => (await file.read(chunk)).toString('utf8')));
  const rows = (count: number): SqlRow[] => Array.from({ length: count }, (_, at) => [String(at), `ä${at}`]);

  it('has chunks of which each is an array of rows, with all rows in their order', async () => {
    const file = fileOf(JSON_ROWS, 40);
    const truncated = await storeResult(resultOf(rows(10)), file, { disposition: 'INLINE' }, never);

    const chunks = (await texts(file)).map((text) => JSON.parse(text) as SqlRow[]);
    expect(truncated).toBe(false);
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.flat()).toEqual(rows(10));
    expect(file.chunks.map(({ rowCount }) => rowCount)).toEqual(chunks.map(({ length }) => length));
    expect(file.chunks.map(({ rowOffset }) => rowOffset)).toEqual(
      chunks.map((_, at) => chunks.slice(0, at).flat().length),
    );
  });

  it('has no chunk and is not there when there are no rows', async () => {
    const file = fileOf();
    await storeResult(resultOf([]), file, { disposition: 'INLINE' }, never);

    expect([file.chunks, file.rowCount, await readdir(folder)]).toEqual([[], 0, []]);
  });

  it('has rows that are larger than what is gathered before it is written', async () => {
    const file = fileOf(JSON_ROWS, 500_000);
    const large: SqlRow[] = Array.from({ length: 60 }, (_, at) => [
      String(at),
      'ä€'.repeat(at % 7 === 0 ? 20_000 : at * 97),
    ]);
    await storeResult(resultOf(large), file, { disposition: 'EXTERNAL_LINKS' }, never);

    const chunks = (await texts(file)).map((text) => JSON.parse(text) as SqlRow[]);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.flat()).toEqual(large);
    expect(file.chunks.map(({ byteCount }) => byteCount)).toEqual(
      (await texts(file)).map((text) => Buffer.byteLength(text)),
    );
  });

  it('lies in memory instead while it is small and there is room, until it is removed', async () => {
    const memory = new ResultMemory(200);
    const stored = async (count: number): Promise<ResultFile> => {
      const file = fileOf(JSON_ROWS, 40, memory);
      await storeResult(resultOf(rows(count)), file, { disposition: 'INLINE' }, never);
      return file;
    };
    const small = await stored(10);
    expect(await readdir(folder)).toEqual([]);
    const inFile = await stored(10);
    expect(await readdir(folder)).toEqual(['result']);

    const linked = await Promise.all(small.chunks.map(async (chunk) => await text(await small.stream(chunk))));
    expect(small.chunks.length).toBeGreaterThan(2);
    expect([small.byteCount, small.rowCount, small.chunks]).toEqual([inFile.byteCount, 10, inFile.chunks]);
    expect([await texts(small), linked]).toEqual([await texts(inFile), await texts(inFile)]);

    await inFile.remove();
    await small.remove();
    await stored(10);
    expect(await readdir(folder)).toEqual([]);
  });

  it('lies in a file when it is larger than what is gathered, whatever room there is', async () => {
    const file = fileOf(JSON_ROWS, 1_000_000, new ResultMemory(Infinity));
    await storeResult(resultOf([['x'.repeat(300_000)]]), file, { disposition: 'INLINE' }, never);

    expect(await readdir(folder)).toEqual(['result']);
    expect(await texts(file)).toEqual([JSON.stringify([['x'.repeat(300_000)]])]);
  });

  it('has rows of no column', async () => {
    const file = fileOf();
    await storeResult(resultOf([[], []]), file, { disposition: 'INLINE' }, never);

    expect(await texts(file)).toEqual(['[[],[]]']);
  });

  it('is CSV by RFC 4180, with the header in the first chunk alone', async () => {
    const file = fileOf(csvRows(COLUMNS), 10);
    const tricky: SqlRow[] = [
      ['1', 'a,b "c"\nd'],
      ['2', null],
      ['3', ''],
    ];
    await storeResult(resultOf(tricky), file, { disposition: 'EXTERNAL_LINKS' }, never);

    expect(await texts(file)).toEqual(['id,"a ""note"", or two"\r\n1,"a,b ""c""\nd"\r\n', '2,null\r\n3,\r\n']);
  });

  it('ends at the row limit and at the byte limit, and says so', async () => {
    const byRows = fileOf();
    const cutByRows = await storeResult(resultOf(rows(10)), byRows, { disposition: 'INLINE', rowLimit: 4 }, never);
    await byRows.remove();
    const exact = fileOf();
    const cutExact = await storeResult(resultOf(rows(4)), exact, { disposition: 'INLINE', rowLimit: 4 }, never);
    await exact.remove();
    const byBytes = fileOf();
    // A row is ["0","ä0"]: 11 bytes.
    const cutByBytes = await storeResult(resultOf(rows(9)), byBytes, { disposition: 'INLINE', byteLimit: 34 }, never);

    expect([cutByRows, cutExact, cutByBytes]).toEqual([true, false, true]);
    expect([byRows.rowCount, exact.rowCount, byBytes.rowCount]).toEqual([4, 4, 3]);
    expect(JSON.parse((await texts(byBytes))[0] ?? '')).toEqual(rows(3));
  });

  it('reads nothing more of a result once a limit is reached', async () => {
    let batches = 0;
    await storeResult(
      resultOf(rows(3000), () => (batches += 1)),
      fileOf(),
      { disposition: 'INLINE', rowLimit: 5 },
      never,
    );

    expect(batches).toBe(2);
  });

  it('refuses an INLINE result that is too large, in the platform’s words', async () => {
    const large = Array.from({ length: 26 }, () => ['x'.repeat(1024 ** 2)]);

    const inline = fileOf();
    await expect(storeResult(resultOf(large), inline, { disposition: 'INLINE' }, never)).rejects.toThrow(
      'Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most 26214400 bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the full result.',
    );
    await inline.remove();
    const external = fileOf();
    await storeResult(resultOf(large), external, { disposition: 'EXTERNAL_LINKS' }, never);
    expect(external.rowCount).toBe(26);
  });

  it('is left unfinished when the statement is canceled', async () => {
    const canceling = new AbortController();
    const canceled = resultOf(rows(30), () => canceling.abort(new Error('canceled')));

    await expect(storeResult(canceled, fileOf(), { disposition: 'INLINE' }, canceling.signal)).rejects.toThrow(
      'canceled',
    );
  });
});
