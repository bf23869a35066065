import { RecordBatchReader, tableFromIPC, type RecordBatch } from 'apache-arrow';
import type { SqlColumn, SqlRow } from '../engine/sql-request';
import { arrowRows } from './arrow-rows';
import type { RowEncoder } from './row-encoder';

const column = (typeName: string, typeText = typeName, more: Partial<SqlColumn> = {}): SqlColumn => ({
  name: typeName.toLowerCase(),
  position: 0,
  typeName,
  typeText,
  ...more,
});

describe('rows in Arrow’s format', () => {
  const read = async (columns: readonly SqlColumn[], rows: readonly SqlRow[]) =>
    tableFromIPC(written(await arrowRows(columns), rows));

  const values = async (only: SqlColumn, cells: readonly (string | null)[]) => {
    const vector = (
      await read(
        [only],
        cells.map((cell) => [cell]),
      )
    ).getChildAt(0);
    return cells.map((_, at) => vector?.get(at) as unknown);
  };

  it.each([
    [column('BOOLEAN'), ['true', 'false', null], [true, false, null]],
    [column('BYTE', 'TINYINT'), ['-128', null, '127'], [-128, null, 127]],
    [column('SHORT', 'SMALLINT'), ['-32768', '32767'], [-32768, 32767]],
    [column('INT'), ['-2147483648', null], [-2147483648, null]],
    [
      column('LONG', 'BIGINT'),
      ['9223372036854775807', '-9007199254740993'],
      [9223372036854775807n, -9007199254740993n],
    ],
    [column('FLOAT'), ['1.5', null], [1.5, null]],
    [column('DOUBLE'), ['-1.0E-300', 'Infinity'], [-1e-300, Infinity]],
    [column('STRING'), ['', null, 'ä🌊'], ['', null, 'ä🌊']],
    [column('ARRAY', 'ARRAY<INT>'), ['[1,2]'], ['[1,2]']],
  ])('hold %j', async (only, cells, expected) => {
    expect(await values(only, cells)).toEqual(expected);
  });

  it('hold DOUBLE that is no number', async () => {
    expect(await values(column('DOUBLE'), ['NaN'])).toEqual([Number.NaN]);
  });

  it('hold BINARY', async () => {
    const [bytes, none] = await values(column('BINARY'), ['AP8=', null]);

    expect([Buffer.from(bytes as Uint8Array).toString('hex'), none]).toEqual(['00ff', null]);
  });

  it('hold DECIMAL to its last digit, below zero too', async () => {
    const only = column('DECIMAL', 'DECIMAL(38,18)', { precision: 38, scale: 18 });
    const cells = ['99999999999999999999.999999999999999999', '-0.000000000000000001', '-12.5', null];

    const words = await values(only, cells);

    const unscaled = words.map((value) => {
      if (value === null) return null;
      const [a = 0, b = 0, c = 0, d = 0] = value as Uint32Array;
      return BigInt.asIntN(128, (BigInt(d) << 96n) | (BigInt(c) << 64n) | (BigInt(b) << 32n) | BigInt(a));
    });
    expect(unscaled).toEqual([99999999999999999999999999999999999999n, -1n, -12500000000000000000n, null]);
  });

  it('hold DATE and TIMESTAMP before 1970 and in the first century, to the microsecond', async () => {
    const dates = await read([column('DATE')], [['1969-12-31'], ['0001-01-01'], ['2026-01-31']]);
    const times = await read(
      [column('TIMESTAMP'), column('TIMESTAMP_NTZ')],
      [
        ['1969-12-31T23:59:59.999999Z', '2026-01-31T10:00:00.000'],
        [null, '0099-03-01T00:00:00'],
      ],
    );

    expect([...(dates.getChildAt(0)?.data[0]?.values as Int32Array).subarray(0, 3)]).toEqual([-1, -719162, 20484]);
    expect(times.getChildAt(0)?.data[0]?.values[0]).toBe(-1n);
    expect([...(times.getChildAt(1)?.data[0]?.values as BigInt64Array)]).toEqual([
      1769853600000000n,
      BigInt(new Date('0099-03-01T00:00:00Z').getTime()) * 1000n,
    ]);
    expect(times.schema.fields.map(({ type }) => String(type))).toEqual([
      'Timestamp<MICROSECOND, UTC>',
      'Timestamp<MICROSECOND>',
    ]);
  });

  it('make every chunk anew, however long the one before was', async () => {
    const columns = [
      column('STRING'),
      column('BOOLEAN'),
      column('DECIMAL', 'DECIMAL(10,2)', { precision: 10, scale: 2 }),
    ];
    const encoder = await arrowRows(columns);
    const many = Array.from({ length: 5_000 }, (_, at) => [
      at % 3 === 0 ? null : `text ${at}`,
      String(at % 2 === 0),
      '1.25',
    ]);
    const table = (rows: readonly SqlRow[]) => tableFromIPC(written(encoder, rows)).toArray().map(String);

    const first = table(many);
    const second = table([
      ['x', null, null],
      [null, 'true', '0.01'],
    ]);

    expect(first).toHaveLength(5_000);
    expect(first[4_999]).toContain('text 4999');
    expect(second).toEqual(
      table([
        ['x', null, null],
        [null, 'true', '0.01'],
      ]),
    );
    expect(second).toHaveLength(2);
  });

  it('name the SQL type of each column, and columns of one name are told apart', async () => {
    const columns = [column('INT'), { ...column('STRING'), name: 'int' }];

    const stream: RecordBatchReader = RecordBatchReader.from(written(await arrowRows(columns), [['1', 'one']]));
    const { schema } = await stream.open();
    const [batch] = [...stream] as RecordBatch[];

    expect(schema.fields.map(({ name, metadata }) => [name, metadata.get('Spark:DataType:SqlName')])).toEqual([
      ['int', 'INT'],
      ['int', 'STRING'],
    ]);
    expect([batch?.numRows, batch?.getChildAt(0)?.get(0), batch?.getChildAt(1)?.get(0)]).toEqual([1, 1, 'one']);
  });
});

function written(encoder: RowEncoder, rows: readonly SqlRow[]): Uint8Array {
  for (const row of rows) encoder.keep?.(row);
  return encoder.closing() as Uint8Array;
}
