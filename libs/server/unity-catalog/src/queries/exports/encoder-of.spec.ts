import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { csvText } from '@lakescope/server-http';
import type { Cells } from '../cells';
import type { ResultColumnType } from '../query-record';
import { cellReader } from '../typed-cells';
import { encoderOf } from './encoder-of';
import { blocksOf } from './row-block';
import type { ExportFormat } from './row-encoder';

const COLUMNS: readonly ResultColumnType[] = [
  { name: 'id', type: 'BIGINT' },
  { name: 'name', type: 'STRING' },
  { name: 'price', type: 'DECIMAL(38,18)' },
  { name: 'day', type: 'DATE' },
  { name: 'at', type: 'TIMESTAMP' },
  { name: 'ratio', type: 'DOUBLE' },
  { name: 'ok', type: 'BOOLEAN' },
  { name: 'small', type: 'TINYINT' },
  { name: 'tags', type: 'ARRAY<INT>' },
  { name: 'raw', type: 'BINARY' },
];
const ROWS: readonly Cells[] = [
  ['-9007199254740993', '=1+1', '-1.000000000000000001', '1969-12-31', '1969-12-31T23:59:59.999999Z', '-1.5', 'true', '-1', '[1,null]', 'AP8='],
  ['2', '', '99999999999999999999.000000000000000000', '0044-03-15', '2026-01-31T10:00:00.000Z', 'NaN', 'false', '127', '[]', ''],
  [null, null, null, null, null, null, null, null, null, null],
]; // prettier-ignore

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakescope-parquet-'));
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

describe('rows as a file', () => {
  it('of CSV tell NULL from the empty text, and hold no formula', async () => {
    const text = (await file('csv', COLUMNS.slice(0, 3), ROWS)).toString();

    expect(text).toBe(
      "id,name,price\r\n-9007199254740993,'=1+1,-1.000000000000000001\r\n" +
        '2,"",99999999999999999999.000000000000000000\r\n,,\r\n',
    );
    expect((await file('csv', [{ name: '@x', type: 'STRING' }], [['a"b,c\n']])).toString()).toBe(
      '\'@x\r\n"a""b,c\n"\r\n',
    );
  });

  it('of JSON are objects with typed values', async () => {
    const parsed = JSON.parse((await file('json', COLUMNS, ROWS)).toString()) as unknown[];

    expect(parsed).toHaveLength(3);
    expect(parsed[0]).toEqual({
      id: '-9007199254740993',
      name: '=1+1',
      price: '-1.000000000000000001',
      day: '1969-12-31',
      at: '1969-12-31T23:59:59.999999Z',
      ratio: -1.5,
      ok: true,
      small: -1,
      tags: [1, null],
      raw: 'AP8=',
    });
    expect(JSON.parse((await file('json', COLUMNS, [])).toString())).toEqual([]);
  });

  it('of Parquet are read by another reader, with every digit', async () => {
    expect(
      await parquet(
        await file('parquet', COLUMNS, ROWS),
        'id::text, name, price::text, day::text, epoch_us("at")::text, ratio::text, ok, small, tags, hex(raw)',
      ),
    ).toEqual([
      ['-9007199254740993', '=1+1', '-1.000000000000000001', '1969-12-31', '-1', '-1.5', true, -1, '[1,null]', '00FF'],
      [
        '2',
        '',
        '99999999999999999999.000000000000000000',
        '0044-03-15',
        '1769853600000000',
        'nan',
        false,
        127,
        '[]',
        '',
      ],
      [null, null, null, null, null, null, null, null, null, null],
    ]);
    expect(await parquet(await file('parquet', COLUMNS, []), 'count(*)::text')).toEqual([['0']]);
  });

  it('of Parquet may be more than one row group', async () => {
    const rows = Array.from({ length: 100_000 }, (_, at): Cells => [
      String(at),
      at % 4 === 0 ? null : `n${at}${'.'.repeat(80)}`,
      '1',
    ]);
    const bytes = await file('parquet', COLUMNS.slice(0, 3), rows);

    expect(await parquet(bytes, 'count(*)::text, sum(id)::text, count(name)::text')).toEqual([
      ['100000', '4999950000', '75000'],
    ]);
    expect(await groups(bytes)).toBeGreaterThan(1);
  });
});

/** What is quick to make of bytes must be what the slow way makes of their text. */
describe('cells that are easily taken for others', () => {
  const TEXTS = [
    '', '0', '-0', '7', '-7', '007', '+7', '1.50', '-0.01', '1e3', '1.0E10', '123456789012345', '1234567890123456', 'NaN', '-Infinity',
    'true', '=1', '-x', '@a', '\t=1', 'a;=b', 'a\r\nb', '"', '\\', '\u0000\u001f\u007f', 'é🙂', '\uff1dx', '\u2028', ' 1',
  ]; // prettier-ignore

  it.each(['STRING', 'INT', 'DOUBLE', 'BIGINT', 'DECIMAL(20,2)', 'BOOLEAN', 'ARRAY<INT>'])(
    'are what they are as %s',
    async (type) => {
      const columns = [{ name: 'c', type }];
      const rows = TEXTS.map((text) => [text]);
      const isNumber = !['STRING', 'BOOLEAN', 'ARRAY<INT>'].includes(type);
      const csv = TEXTS.map((text) => {
        if (text === '') return '""';
        return isNumber && /^-?[\d.]+(?:[eE][+-]?\d+)?$/.test(text) ? text : csvText(text);
      });
      const read = cellReader(type);

      expect((await file('csv', columns, rows)).toString()).toBe(['c', ...csv, ''].join('\r\n'));
      expect((await file('json', columns, rows)).toString()).toBe(
        `[\n${TEXTS.map((text) => `{"c":${JSON.stringify(read(text))}}`).join(',\n')}\n]\n`,
      );
    },
  );

  it.each([
    [
      'BIGINT',
      [
        '0',
        '-1',
        '-4294967296',
        '-4294967297',
        '4294967295',
        '999999999999999',
        '-999999999999999',
        '9223372036854775807',
        '-9223372036854775808',
      ],
    ],
    ['INT', ['0', '-1', '2147483647', '-2147483648']],
    ['SMALLINT', ['-32768', '32767']],
    ['DECIMAL(10,0)', ['0', '-5', '1234567890']],
    [
      'DECIMAL(18,2)',
      ['0.00', '-0.01', '-42949672.96', '42949672.95', '9999999999999999.99', '-9999999999999999.99', '1.00'],
    ],
    ['DECIMAL(38,10)', ['-0.0000000001', '1234567890123456789012345678.0123456789', '-5.0000000000']],
    ['DATE', ['1969-12-31', '1970-01-01', '2024-02-29', '1900-03-01', '9999-12-31']],
    ['BOOLEAN', ['true', 'false', 'false', 'true', 'true', 'false', 'true', 'true', 'true', 'false']],
    ['STRING', ['', 'é🙂', 'x'.repeat(5_000)]],
  ] as const)('are read from Parquet as they were as %s', async (type, texts) => {
    const rows = texts.map((text) => [text]);

    const bytes = await file('parquet', [{ name: 'c', type }], rows);

    expect(await parquet(bytes, 'c::text')).toEqual(rows);
  });

  it('are the same microsecond in Parquet', async () => {
    const times = [
      ['1969-12-31T23:59:59.999999Z', -1n],
      ['1970-01-01T00:00:00', 0n],
      ['1970-01-01 00:00:00.1', 100_000n],
      ['2026-01-31T10:00:00.000Z', 1_769_853_600_000_000n],
      ['2026-01-31T10:00:00+00:00', 1_769_853_600_000_000n],
      ['2300-01-01T00:00:00.000001Z', 10_413_792_000_000_001n],
      ['0044-03-15T00:00:00Z', -60_772_291_200_000_000n],
    ] as const;
    for (const type of ['TIMESTAMP', 'TIMESTAMP_NTZ']) {
      const bytes = await file(
        'parquet',
        [{ name: 'c', type }],
        times.map(([text]) => [text]),
      );

      expect(await parquet(bytes, 'epoch_us(c)')).toEqual(times.map(([, micros]) => [micros]));
    }
  });
});

async function file(
  format: ExportFormat,
  columns: readonly ResultColumnType[],
  rows: readonly Cells[],
): Promise<Buffer> {
  const encoder = encoderOf(format, columns);
  const pieces = [encoder.begin()];
  const narrow = rows.map((row) => row.slice(0, columns.length));
  for (const block of blocksOf(narrow, columns.length)) pieces.push(await encoder.rows(block));
  return Buffer.concat([...pieces, await encoder.end()]);
}

function parquet(bytes: Buffer, selected: string): Promise<unknown[][]> {
  return inDuckDb(bytes, (path) => `SELECT ${selected} FROM read_parquet('${path}')`);
}

async function groups(bytes: Buffer): Promise<number> {
  const [[count] = []] = await inDuckDb(bytes, (path) => `SELECT num_row_groups FROM parquet_file_metadata('${path}')`);
  return Number(count);
}

async function inDuckDb(bytes: Buffer, statement: (path: string) => string): Promise<unknown[][]> {
  const path = join(folder, `${randomUUID()}.parquet`);
  await writeFile(path, bytes);
  const reader = await connection.runAndReadAll(statement(path));
  return reader.getRowsJS() as unknown[][];
}
