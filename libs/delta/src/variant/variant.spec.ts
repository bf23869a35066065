import type { JsonValue, StructField } from '../schema/types';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';

const PROTOCOL = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ['variantType', 'variantShredding-preview'],
  writerFeatures: ['variantType', 'variantShredding-preview'],
};

/** Binaries of `{"a": 7}` and of names a, b. */
const NAMES = `'\\x01\\x02\\x00\\x01\\x02ab'::BLOB`;
const ONLY_A = `'\\x02\\x01\\x00\\x00\\x02\\x0C\\x07'::BLOB`;
const ONLY_B = `'\\x02\\x01\\x01\\x00\\x02\\x0C\\x08'::BLOB`;

describe('a column of variants', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  async function table(
    name: string,
    files: readonly { query: string; options?: string }[],
    fields: StructField[] = [column('id', 'long'), column('v', 'variant')],
    configuration: Record<string, string> = {},
  ): Promise<void> {
    const adds: JsonValue[] = [];
    for (const [index, { query, options }] of files.entries()) {
      const size = await lake.parquet(`${name}/${index}.parquet`, query, options);
      adds.push(added(`${index}.parquet`, { size }));
    }
    await lake.commit(name, 0, [...created({ protocol: PROTOCOL, fields, configuration }), ...adds]);
  }

  async function rows(name: string, columns?: string[]): Promise<JsonValue[][]> {
    const snapshot = await (await lake.open(name)).snapshot();
    return (await snapshot.preview({ limit: 100, columns })).rows;
  }

  it('is JSON whether a file annotates its variants, shreds them, or does neither', async () => {
    const some = `SELECT 1 AS id, {'a': 7}::VARIANT AS v UNION ALL SELECT 2, 'text'::VARIANT UNION ALL SELECT 3, NULL
      UNION ALL SELECT 4, {'a': 9007199254740993, 'b': 12.50::DECIMAL(9,2)}::VARIANT`;
    await table('layouts', [
      { query: `SELECT 0 AS id, {'metadata': ${NAMES}, 'value': ${ONLY_A}} AS v UNION ALL SELECT 1, NULL` },
      { query: some },
      { query: some, options: `, SHREDDING {'v': 'STRUCT(a BIGINT)'}` },
      { query: `SELECT 9 AS id` },
    ]);
    const four = [
      ['1', { a: 7 }],
      ['2', 'text'],
      ['3', null],
      ['4', { a: '9007199254740993', b: '12.50' }],
    ];

    expect(await rows('layouts')).toEqual([['0', { a: 7 }], ['1', null], ...four, ...four, ['9', null]]);
  });

  it('keeps what a shredded column is', async () => {
    await table('types', [
      {
        query: `SELECT 1 AS id, {'t': TIMESTAMPTZ '2024-01-02 03:04:05.000006+00', 'n': TIMESTAMP '2024-01-02 03:04:05',
          'd': DATE '0044-03-15', 'f': 0.1::FLOAT, 'x': 'NaN'::DOUBLE, 'u': '00112233-4455-6677-8899-aabbccddeeff'::UUID,
          'l': [1, NULL, 'NaN'::DOUBLE]::VARIANT, 'b': '\\xAA'::BLOB, 'c': 1.10::DECIMAL(30,2), 'k': TIME '12:00:00'}::VARIANT AS v`,
      },
    ]);

    expect((await rows('types', ['v']))[0]?.[0]).toEqual({
      t: '2024-01-02T03:04:05.000006Z',
      n: '2024-01-02T03:04:05.000000',
      d: '0044-03-15',
      f: 0.1,
      x: 'NaN',
      u: '00112233-4455-6677-8899-aabbccddeeff',
      l: [1, null, 'NaN'],
      b: 'qg==',
      c: '1.10',
      k: '12:00:00.000000',
    });
  });

  it('is put together from shredded structs that nothing annotates', async () => {
    const group = (value: string, typed: string): string =>
      `{'metadata': ${NAMES}, 'value': ${value}, 'typed_value': ${typed}}`;
    const field = (value: string, typed: string): string => `{'value': ${value}, 'typed_value': ${typed}}`;
    const nothing = 'NULL::BLOB';
    await table('objects', [
      {
        query: `SELECT 1 AS id, ${group(nothing, `{'a': ${field(nothing, '5::BIGINT')}}`)} AS v
          UNION ALL SELECT 2, ${group(ONLY_B, `{'a': ${field(nothing, '6::BIGINT')}}`)}
          UNION ALL SELECT 3, ${group(ONLY_B, `{'a': ${field(nothing, 'NULL::BIGINT')}}`)}
          UNION ALL SELECT 4, ${group(`'\\x0Dstr'::BLOB`, `NULL`)}
          UNION ALL SELECT 5, ${group(nothing, `{'a': ${field(`'\\x00'::BLOB`, 'NULL::BIGINT')}}`)}
          UNION ALL SELECT 6, ${group(nothing, 'NULL')} UNION ALL SELECT 7, NULL`,
      },
    ]);
    await table('lists', [
      {
        query: `SELECT 1 AS id, {'metadata': ${NAMES}, 'typed_value': [${field(nothing, `'comedy'`)}, ${field(`'\\x00'::BLOB`, 'NULL')}]} AS v`,
      },
      { query: `SELECT 2 AS id, ${group(nothing, `TIMESTAMPTZ '2024-01-02 03:04:05+00'`)} AS v` },
    ]);
    await table('twice', [{ query: `SELECT 1 AS id, ${group(ONLY_A, `{'a': ${field(nothing, '6::BIGINT')}}`)} AS v` }]);

    expect((await rows('objects', ['v'])).flat()).toEqual([
      { a: 5 },
      { a: 6, b: 8 },
      { b: 8 },
      'str',
      { a: null },
      null,
      null,
    ]);
    expect((await rows('lists', ['v'])).flat()).toEqual([['comedy', null], '2024-01-02T03:04:05.000000Z']);
    await expect(rows('twice')).rejects.toMatchObject({ code: 'TABLE_CORRUPT' });
  });

  it('may lie inside structs, lists and maps, under mapped names', async () => {
    const mapped = (name: string, type: StructField['type'], id: number): StructField =>
      column(name, type, { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `p${id}` });
    const struct: StructField['type'] = {
      type: 'struct',
      fields: [mapped('v', 'variant', 2), mapped('late', 'variant', 3)],
    };
    const fields = [
      mapped('s', struct, 1),
      mapped('l', { type: 'array', elementType: 'variant', containsNull: true }, 4),
      mapped('m', { type: 'map', keyType: 'string', valueType: 'variant', valueContainsNull: true }, 5),
    ];
    const legacy = `{'value': ${ONLY_A}, 'metadata': ${NAMES}}`;
    const file = {
      query: `SELECT {'p2': ${legacy}} AS p1, [${legacy}, NULL] AS p4, MAP {'k': ${legacy}} AS p5`,
      options: ', FIELD_IDS {p1: 1, p4: 4, p5: 5}',
    };
    const row = [{ v: { a: 7 }, late: null }, [{ a: 7 }, null], { k: { a: 7 } }];
    for (const mode of ['name', 'id']) {
      await table(`mapped-${mode}`, [file], fields, { 'delta.columnMapping.mode': mode });
      expect(await rows(`mapped-${mode}`)).toEqual([row]);
    }
  });

  it('is shown of the rows that a filter of other columns leaves', async () => {
    const file = (first: number, variant: string): { query: string } => ({
      query: `SELECT range AS id, ${variant} AS v FROM range(${first}, ${first + 4})`,
    });
    await table('filtered', [file(0, `{'metadata': ${NAMES}, 'value': ${ONLY_A}}`), file(4, `{'a': range}::VARIANT`)]);
    const snapshot = await (await lake.open('filtered')).snapshot();

    const page = await snapshot.preview({ limit: 3, filters: [{ column: 'id', op: '>=', value: '2' }] });

    expect(page.rows).toEqual([
      ['2', { a: 7 }],
      ['3', { a: 7 }],
      ['4', { a: 4 }],
    ]);
    await expect(snapshot.preview({ limit: 3, filters: [{ column: 'v', op: '=', value: '2' }] })).rejects.toMatchObject(
      { code: 'INVALID_REQUEST' },
    );
  });

  it('is no column for a query by another engine, and says so', async () => {
    await table('relation', [{ query: `SELECT 1 AS id, 1::VARIANT AS v` }]);

    await expect((await (await lake.open('relation')).snapshot()).relation()).rejects.toMatchObject({
      code: 'UNSUPPORTED_TABLE_FEATURE',
      features: ['type variant'],
    });
  });
});
