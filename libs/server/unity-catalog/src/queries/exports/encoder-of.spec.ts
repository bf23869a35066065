import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Cells } from '../cells';
import type { ResultColumnType } from '../query-record';
import { encoderOf } from './encoder-of';
import { RowScanner } from './row-scanner';

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

describe('rows as a file', () => {
  it('of CSV tell NULL from the empty text, and hold no formula', () => {
    const text = file('csv', COLUMNS.slice(0, 3), ROWS).toString();

    expect(text).toBe(
      "id,name,price\r\n-9007199254740993,'=1+1,-1.000000000000000001\r\n" +
        '2,"",99999999999999999999.000000000000000000\r\n,,\r\n',
    );
    expect(file('csv', [{ name: '@x', type: 'STRING' }], [['a"b,c\n']]).toString()).toBe('\'@x\r\n"a""b,c\n"\r\n');
  });

  it('of JSON are objects with typed values', () => {
    const parsed = JSON.parse(file('json', COLUMNS, ROWS).toString()) as unknown[];

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
    expect(JSON.parse(file('json', COLUMNS, []).toString())).toEqual([]);
  });

  it('of Parquet are read by another reader, with every digit', async () => {
    expect(
      await parquet(
        file('parquet', COLUMNS, ROWS),
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
    expect(await parquet(file('parquet', COLUMNS, []), 'count(*)::text')).toEqual([['0']]);
  });

  it('of Parquet may be more than one row group', async () => {
    const rows = Array.from({ length: 90_001 }, (_, at): Cells => [
      String(at),
      at % 3 === 0 ? null : `n${at}`,
      '1',
      null,
      null,
    ]);

    expect(
      await parquet(file('parquet', COLUMNS.slice(0, 5), rows), 'count(*)::text, sum(id)::text, count(name)::text'),
    ).toEqual([['90001', '4050045000', '60000']]);
  });
});

describe('rows that come in pieces', () => {
  const rows: readonly Cells[] = [['a]"[', null], ['\\', '"'], ['é🙂', ''], []];
  const bytes = Buffer.from(JSON.stringify(rows));

  it.each([1, 2, 3, 7, 1_000])('of %d bytes are found wherever they are cut', (size) => {
    const scanner = new RowScanner();
    const found: Cells[] = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...scanner.push(bytes.subarray(at, at + size)));
    scanner.finish();

    expect(found).toEqual(rows);
  });

  it('and end too early, or are none, are refused', () => {
    const cut = new RowScanner();
    cut.push(bytes.subarray(0, -1));

    expect(() => cut.finish()).toThrow('no list of rows');
    expect(() => new RowScanner().push(Buffer.from(']'))).toThrow('no list of rows');
    expect(() => new RowScanner().push(Buffer.from('[[1}]'))).toThrow('no list of rows');
  });
});

function file(
  format: 'csv' | 'json' | 'parquet',
  columns: readonly ResultColumnType[],
  rows: readonly Cells[],
): Buffer {
  const encoder = encoderOf(format, columns);
  return Buffer.concat([encoder.begin(), encoder.rows(rows), encoder.end()]);
}

async function parquet(bytes: Buffer, selected: string): Promise<unknown[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'lakescope-parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const path = join(folder, 'rows.parquet');
    await writeFile(path, bytes);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(`SELECT ${selected} FROM read_parquet('${path}')`);
    connection.closeSync();
    return reader.getRowsJS() as unknown[][];
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
