import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/sql';
import { InvalidRequest } from '../errors';
import type { DataType, JsonValue } from '../schema/types';
import type { Filter } from '../table/snapshot';
import { TableLayout } from '../table/table-layout';
import { column, TemporaryLake } from '../testing/temporary-lake';
import type { FileFilter } from './file-filter';

describe('a filter', () => {
  let lake: TemporaryLake;
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
  });
  afterAll(async () => {
    connection.closeSync();
    instance.closeSync();
    await lake.close();
  });

  function bind(type: DataType, filter: Omit<Filter, 'column'>, partitionColumns: string[] = []): Promise<FileFilter> {
    const layout = new TableLayout({
      id: '',
      name: undefined,
      description: undefined,
      formatProvider: 'parquet',
      schemaString: JSON.stringify({ type: 'struct', fields: [column('x"', type)] }),
      partitionColumns,
      configuration: {},
      createdTime: undefined,
    });
    return lake.engine.fileIndexes.filter(layout, [{ column: 'x"', ...filter }]);
  }

  /** Whether a file with these statistics of the column is kept. */
  async function keeps(
    type: DataType,
    filter: Omit<Filter, 'column'>,
    bounds: { min?: JsonValue; max?: JsonValue; nulls?: number; records?: number } | string,
  ): Promise<boolean> {
    const of = (value: JsonValue | undefined) => (value === undefined ? {} : { 'x"': value });
    const text =
      typeof bounds === 'string'
        ? bounds
        : JSON.stringify({
            numRecords: bounds.records ?? 10,
            minValues: of(bounds.min),
            maxValues: of(bounds.max),
            nullCount: of(bounds.nulls),
          });
    const condition = (await bind(type, filter)).fileCondition({
      partitionValues: `'{}'`,
      stats: literal(text),
    });
    return (await (await connection.run(`SELECT ${condition}`)).getRows())[0]?.[0] === true;
  }

  it('skips by bounds of every type that has them', async () => {
    const cases: [DataType, JsonValue, JsonValue, JsonValue, JsonValue][] = [
      ['long', '9007199254740993', '9007199254740995', '9007199254740994', '9007199254740996'],
      ['byte', 1, 3, 2, 4],
      ['double', 0.1, 0.3, 0.2, 0.0999],
      ['float', 0.1, 0.3, 0.1, 0.31],
      ['decimal(10,2)', 1.5, 2.5, '2.50', '2.51'],
      ['date', '2024-01-01', '2024-01-31', '2024-01-31', '2024-02-01'],
      [
        'timestamp',
        '2024-01-01T00:00:00.000Z',
        '2024-01-01T00:00:00.123Z',
        '2024-01-01T00:00:00.123456Z',
        '2024-01-01T00:00:01Z',
      ],
      [
        'timestamp_ntz',
        '2024-01-01T00:00:00.000',
        '2024-01-01T00:00:00.123',
        '2024-01-01T00:00:00.123456',
        '2023-12-31T23:59:59',
      ],
      ['string', 'b', 'd', 'c', 'e'],
    ];
    const wrong: string[] = [];
    for (const [type, min, max, inside, outside] of cases) {
      // Longs stand in statistics as numbers, digit for digit.
      const json = `{"numRecords":1,"minValues":{"x\\"":${number(min)}},"maxValues":{"x\\"":${number(max)}}}`;
      if (!(await keeps(type, { op: '=', value: inside }, json))) wrong.push(`${String(type)} skips what is there`);
      if (await keeps(type, { op: '=', value: outside }, json)) wrong.push(`${String(type)} keeps what is not`);
    }
    expect(wrong).toEqual([]);
  });

  it('keeps a file whose statistics do not tell', async () => {
    expect(await keeps('long', { op: '=', value: 5 }, {})).toBe(true);
    expect(await keeps('long', { op: '=', value: 5 }, '{broken')).toBe(true);
    expect(await keeps('long', { op: '=', value: 5 }, { min: { a: 1 }, max: 'x' })).toBe(true);
    expect(await keeps('timestamp', { op: '=', value: '2025-01-01' }, { max: '2024-01-01 00:00:00' })).toBe(true);
    expect(await keeps('boolean', { op: '=', value: true }, { min: false, max: false })).toBe(true);
  });

  it('knows that bounds of text may be cut, and that no bound tells of NaN', async () => {
    const cut = { min: 'aaaa', max: 'm'.repeat(32) };
    expect(await keeps('string', { op: '>', value: `${'m'.repeat(32)}z` }, cut)).toBe(true);
    expect(await keeps('string', { op: '>', value: 'n' }, cut)).toBe(false);
    expect(await keeps('string', { op: 'like', value: 'n%' }, cut)).toBe(false);
    expect(await keeps('string', { op: 'like', value: 'mm_%' }, cut)).toBe(true);
    expect(await keeps('string', { op: 'like', value: '%n' }, cut)).toBe(true);
    expect(await keeps('double', { op: '>', value: 100 }, { min: 1, max: 2 })).toBe(true);
    expect(await keeps('double', { op: '=', value: 'NaN' }, { min: 1, max: 2 })).toBe(true);
    expect(await keeps('double', { op: '<', value: 1 }, { min: 'NaN', max: 'NaN' })).toBe(true);
    expect(await keeps('double', { op: '<', value: 1 }, { min: 1.5, max: 2 })).toBe(false);
  });

  it('takes a null count for what it is only where it says none or all', async () => {
    expect(await keeps('long', { op: 'is_null' }, { nulls: 0 })).toBe(false);
    expect(await keeps('long', { op: 'is_null' }, { nulls: 3 })).toBe(true);
    expect(await keeps('long', { op: 'is_not_null' }, { nulls: 10 })).toBe(false);
    expect(await keeps('long', { op: 'is_not_null' }, { nulls: 9 })).toBe(true);
    expect(await keeps('long', { op: '!=', value: 1 }, { nulls: 10 })).toBe(false);
    expect(await keeps({ type: 'struct', fields: [] }, { op: 'is_null' }, { nulls: 0 })).toBe(false);
  });

  it('judges partition values as values of their type', async () => {
    const keepsPartition = async (type: DataType, filter: Omit<Filter, 'column'>, text: string): Promise<boolean> => {
      const values = JSON.stringify({ 'X"': text });
      const condition = (await bind(type, filter, ['x"'])).fileCondition({
        partitionValues: literal(values),
        stats: 'NULL',
      });
      return (await (await connection.run(`SELECT ${condition}`)).getRows())[0]?.[0] === true;
    };
    expect(await keepsPartition('integer', { op: '<', value: 10 }, '9')).toBe(true);
    expect(await keepsPartition('integer', { op: '<', value: 10 }, '10')).toBe(false);
    expect(await keepsPartition('integer', { op: '=', value: 10 }, 'ten')).toBe(false);
    expect(await keepsPartition('timestamp', { op: '=', value: '2024-01-01T00:00:00Z' }, '2024-01-01 00:00:00')).toBe(
      true,
    );
    expect(await keepsPartition('binary', { op: '=', value: 'w6Q=' }, 'ä')).toBe(true);
    expect(await keepsPartition('integer', { op: 'is_null' }, '')).toBe(true);
  });

  it('refuses values that the column cannot hold, rather than to round them', async () => {
    const refused: [DataType, Omit<Filter, 'column'>][] = [
      ['integer', { op: '=', value: 1.5 }],
      ['byte', { op: '=', value: 300 }],
      ['decimal(10,2)', { op: '<', value: '1.239' }],
      ['date', { op: '=', value: '2024-01-01 10:00' }],
      ['date', { op: '=', value: '2024-02-31' }],
      ['timestamp', { op: '=', value: '2024-01-01T00:00:00.0000001Z' }],
      ['boolean', { op: '=', value: 'yes' }],
      ['binary', { op: '=', value: 'no base64' }],
      ['long', { op: 'like', value: '1%' }],
      ['long', { op: '=', value: null }],
      ['long', { op: 'in', value: [] }],
      ['long', { op: 'between', value: [1] }],
      ['long', { op: 'is_null', value: 1 }],
      ['array', { op: '=', value: 1 }],
    ];
    for (const [type, filter] of refused) {
      const of = type === 'array' ? { type: 'array' as const, elementType: 'long', containsNull: true } : type;
      await expect(bind(of, filter)).rejects.toThrow(InvalidRequest);
    }
    await expect(bind('long', { op: 'matches' as Filter['op'], value: 1 })).rejects.toThrow(InvalidRequest);
  });

  it('takes quotes and NUL for text', async () => {
    expect(await keeps('string', { op: '=', value: `'; DROP TABLE x; --` }, { min: `'`, max: 'a' })).toBe(true);
    expect(await keeps('string', { op: '=', value: 'a\0b' }, { min: 'b', max: 'c' })).toBe(false);
  });
});

function number(value: JsonValue): string {
  return typeof value === 'string' && !/^\d+$/.test(value) ? JSON.stringify(value) : String(value);
}
