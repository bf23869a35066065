import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { fileWith, struct, type Thrift } from '../testing/compact-bytes';
import { ParquetFiles } from '../testing/parquet-files';
import { BadDataFile } from './bad-data-file';
import { footerBytesNeeded, readFooter, type FileFacts } from './parquet-footer';

const EVERY_TYPE = `
  SELECT n::BIGINT AS id, n::INTEGER AS i, n::SMALLINT AS sh, n::TINYINT AS by, n::FLOAT / 3 AS f, n::DOUBLE / 7 AS d, n % 2 = 0 AS bo,
    (n * 1.01)::DECIMAL(7,2) AS d4, (-n * 1000.001)::DECIMAL(18,3) AS d8, ('-9' || repeat('0', 30) || n || '.5')::DECIMAL(38,1) AS d16,
    DATE '1969-12-30' + n::INTEGER AS da, TIMESTAMPTZ '1969-12-31 23:59:59.123456Z' + INTERVAL (n) SECOND AS ts,
    TIMESTAMP '2024-02-29 12:00:00.000001' + INTERVAL (n) SECOND AS ntz, 'x' || n AS te, CAST('y' || n AS BLOB) AS bi,
    if(n % 3 = 0, NULL, n)::BIGINT AS sparse, NULL::VARCHAR AS never
  FROM range(40) r(n)`;

describe('the reader of parquet footers', () => {
  let files: ParquetFiles;
  beforeAll(async () => {
    files = await ParquetFiles.open();
  });
  afterAll(() => files.close());

  it('tells columns, rows and bounds of every type as DuckDB does', async () => {
    const facts = read(await files.write('every.parquet', EVERY_TYPE));

    expect(Object.fromEntries(facts.columns.map(({ name, type }) => [name, type]))).toEqual({
      id: 'long',
      i: 'integer',
      sh: 'short',
      by: 'byte',
      f: 'float',
      d: 'double',
      bo: 'boolean',
      d4: 'decimal(7,2)',
      d8: 'decimal(18,3)',
      d16: 'decimal(38,1)',
      da: 'date',
      ts: 'timestamp',
      ntz: 'timestamp_ntz',
      te: 'string',
      bi: 'binary',
      sparse: 'long',
      never: 'string',
    });
    expect(facts.rows).toBe(40n);
    const [row] = await files.rows(
      `SELECT ${facts.columns
        .map(
          ({ name }) =>
            `min("${name}")::VARCHAR AS "${name}.min", max("${name}")::VARCHAR AS "${name}.max", count(*) - count("${name}") AS "${name}.nulls"`,
        )
        .join(', ')} FROM '${files.path('every.parquet')}'`,
    );
    const { minValues, maxValues, nullCount } = parseStats(facts);
    for (const { name } of facts.columns) expect([name, nullCount[name]]).toEqual([name, row?.[`${name}.nulls`]]);
    for (const name of ['id', 'i', 'sh', 'by', 'd4', 'd8', 'd16', 'da', 'te', 'sparse']) {
      expect([name, minValues[name], maxValues[name]]).toEqual([name, row?.[`${name}.min`], row?.[`${name}.max`]]);
    }
    for (const name of ['f', 'd']) {
      expect([name, Number(minValues[name]), Number(maxValues[name])]).toEqual([
        name,
        -0,
        name === 'f' ? Math.fround(13) : 39 / 7,
      ]);
    }
    for (const name of ['bo', 'bi', 'never'])
      expect([minValues[name], maxValues[name]]).toEqual([undefined, undefined]);
  });

  it('cuts times and texts outwards', async () => {
    const text = `repeat('a', 31) || 'ü' || 'zz'`;
    const facts = read(
      await files.write(
        'cut.parquet',
        `SELECT ${text} AS te, TIMESTAMPTZ '1969-12-31 23:59:59.123456Z' AS ts, TIMESTAMP '2024-02-29 12:00:00.000001' AS ntz,
           TIMESTAMPTZ '2024-01-01 00:00:00.5Z' AS exact, TIMESTAMP '0001-01-01' - INTERVAL 900 YEAR AS old, DATE '12000-01-01' AS late`,
      ),
    );

    expect(parseStats(facts)).toMatchObject({
      minValues: {
        te: `${'a'.repeat(31)}ü`,
        ts: '1969-12-31T23:59:59.123Z',
        ntz: '2024-02-29T12:00:00.000',
        exact: '2024-01-01T00:00:00.500Z',
      },
      maxValues: {
        te: `${'a'.repeat(31)}ü\u{10ffff}`,
        ts: '1969-12-31T23:59:59.124Z',
        ntz: '2024-02-29T12:00:00.001',
        exact: '2024-01-01T00:00:00.500Z',
      },
    });
    expect(facts.stats).not.toMatch(/"(old|late)":[^0]/);
  });

  it('has no bounds where NaN or infinity is among the values, and the outer zero of the two', async () => {
    const facts = read(
      await files.write(
        'nan.parquet',
        `SELECT * FROM (VALUES ('nan'::DOUBLE, 1::FLOAT, 0::DOUBLE), (1, 'inf'::FLOAT, 0)) t(a, b, c)`,
      ),
    );

    expect(facts.stats).toBe(
      '{"numRecords":2,"minValues":{"c":-0.0},"maxValues":{"c":0.0},"nullCount":{"a":0,"b":0,"c":0}}',
    );
  });

  it('takes bounds of floats only from writers that tell when there is a NaN', () => {
    const statistics = (extra: Record<number, Thrift> = {}): Thrift =>
      struct({ 3: { i64: 0 }, 5: { text: double(2) }, 6: { text: double(1) }, ...extra });
    const file = (by: string, of: Thrift): string => read(fileOf({ physical: 5, statistics: of, by })).stats;
    const none = '"minValues":{},"maxValues":{}';

    expect(file('parquet-mr version 1.13.1', statistics())).toContain('"minValues":{"c":1},"maxValues":{"c":2}');
    expect(file('parquet-cpp-arrow version 15.0.0', statistics())).toContain(none);
    expect(file('parquet-cpp-arrow version 99.0.0', statistics({ 9: { i64: 0 } }))).toContain('"minValues":{"c":1}');
    expect(file('parquet-mr version 99.0.0', statistics({ 9: { i64: 1 } }))).toContain(none);
  });

  it('leaves out bounds of floats by writers that passed over a NaN, and bounds in an order that is not known', () => {
    const statistics = struct({ 3: { i64: 0 }, 5: { text: double(2) }, 6: { text: double(1) } });
    const stats = (made: Partial<Made>): string => read(fileOf({ physical: 5, statistics, ...made })).stats;
    const none = '"minValues":{},"maxValues":{}';

    expect(stats({ by: 'parquet-mr version 1.10.1 (build a)' })).toContain('"minValues":{"c":1}');
    expect(stats({ by: 'parquet-mr version 1.8.3 (build a)' })).toContain(none);
    expect(stats({ by: 'parquet-mr compatible Photon version 0.2 (build 16.0)' })).toContain(none);
    expect(stats({ orders: [1] })).toContain('"minValues":{"c":1}');
    expect(stats({ orders: [3] })).toContain(none);
  });

  it.each([
    ['Spark 3', { 'org.apache.spark.version': '3.5.1' }, undefined, true],
    [
      'Spark 4 with INT96 in the old calendar',
      { 'org.apache.spark.version': '4.0.0', 'org.apache.spark.legacyINT96': '' },
      undefined,
      true,
    ],
    [
      'Spark 3 in the old calendar',
      { 'org.apache.spark.version': '3.5.1', 'org.apache.spark.legacyDateTime': '' },
      undefined,
      false,
    ],
    ['Spark 2', { 'org.apache.spark.version': '2.4.8' }, undefined, false],
    ['who does not say', {}, undefined, false],
    ['DuckDB', {}, 'DuckDB version v1.5.5', true],
  ])('has bounds from before the calendars met only where readers see the same: %s', (_, keys, by, isKept) => {
    const stats = (
      physical: number,
      converted: number,
      bound: (value: number) => Buffer,
      from: number,
      to: number,
    ): unknown => {
      const statistics = struct({ 3: { i64: 0 }, 5: { text: bound(to) }, 6: { text: bound(from) } });
      const { minValues, maxValues } = parseStats(read(fileOf({ physical, converted, statistics, keys, by })));
      return [minValues['c'], maxValues['c']];
    };
    const int32 = (value: number): Buffer => Buffer.from(Int32Array.of(value).buffer);
    const int64 = (value: number): Buffer => Buffer.from(BigInt64Array.of(BigInt(value)).buffer);
    const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
    const none = [undefined, undefined];

    expect(stats(1, 6, int32, day('1582-10-15'), day('2024-01-01'))).toEqual(['1582-10-15', '2024-01-01']);
    expect(stats(1, 6, int32, day('1582-10-14'), day('2024-01-01'))).toEqual(
      isKept ? ['1582-10-14', '2024-01-01'] : none,
    );
    for (const [converted, unit] of [
      [9, 1],
      [10, 1_000],
    ] as const) {
      const at = (text: string): number => Date.parse(text) * unit;
      const kept = stats(2, converted, int64, at('1900-01-01T00:00:00Z'), at('2024-01-01T00:00:00Z'));
      expect(kept).toEqual(['1900-01-01T00:00:00.000Z', '2024-01-01T00:00:00.000Z']);
      const old = stats(2, converted, int64, at('1899-12-31T23:59:59Z'), at('2024-01-01T00:00:00Z'));
      expect(old).toEqual(isKept ? ['1899-12-31T23:59:59.000Z', '2024-01-01T00:00:00.000Z'] : none);
    }
  });

  it('merges row groups, and is certain only of what all of them say', async () => {
    const bytes = await files.write(
      'groups.parquet',
      `SELECT n AS id, if(n < 3000, NULL, 'é' || n) AS te FROM range(10000) r(n)`,
      'ROW_GROUP_SIZE 2048',
    );
    const [stored] = await files.rows(
      `SELECT count(DISTINCT row_group_id) AS groups FROM parquet_metadata('${files.path('groups.parquet')}')`,
    );

    expect(Number(stored?.['groups'])).toBeGreaterThan(2);
    expect(parseStats(read(bytes))).toEqual({
      numRecords: '10000',
      minValues: { id: '0', te: 'é3000' },
      maxValues: { id: '9999', te: 'é9999' },
      nullCount: { id: '0', te: '3000' },
    });
    const said = { statistics: struct({ 3: { i64: 0 }, 5: { text: double(2) }, 6: { text: double(1) } }), rows: 3 };
    const silent = { statistics: undefined, rows: 2 };
    expect(parseStats(read(fileOf({ physical: 5, groups: [said, silent] })))).toEqual({
      numRecords: '5',
      minValues: {},
      maxValues: {},
      nullCount: {},
    });
  });

  it('knows INT96 as a time without bounds, and the deprecated bounds of numbers', () => {
    const old = (min: Buffer, max: Buffer): Thrift => struct({ 1: { text: max }, 2: { text: min }, 3: { i64: 1 } });

    const int96 = read(fileOf({ physical: 3, statistics: old(Buffer.alloc(12), Buffer.alloc(12, 1)) }));
    expect(int96.columns).toEqual([{ name: 'c', type: 'timestamp' }]);
    expect(int96.stats).toBe('{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"c":1}}');
    const numbers = read(fileOf({ physical: 5, statistics: old(double(-2), double(3)) }));
    expect(numbers.stats).toBe('{"numRecords":3,"minValues":{"c":-2},"maxValues":{"c":3},"nullCount":{"c":1}}');
    const texts = read(fileOf({ physical: 6, converted: 0, statistics: old(Buffer.from('a'), Buffer.from('ü')) }));
    expect(texts.stats).toBe('{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"c":1}}');
  });

  it('tells the same columns of files with the same schema as the same object', async () => {
    const [one, other] = [
      read(await files.write('same-a.parquet', 'SELECT 1 AS a, 2 AS b')),
      read(await files.write('same-b.parquet', 'SELECT 3 AS a, NULL::INTEGER AS b')),
    ];
    expect(other.columns).toBe(one.columns);
    expect(read(await files.write('other.parquet', 'SELECT 3 AS a, NULL::BIGINT AS b')).columns).not.toEqual(
      one.columns,
    );
  });

  it('gives statistics of the first 32 columns, and facts of an empty file', async () => {
    const wide = Array.from({ length: 50 }, (_, index) => `n AS c${index}`).join(', ');
    const facts = read(await files.write('wide.parquet', `SELECT ${wide} FROM range(3) r(n)`));

    expect(facts.columns).toHaveLength(50);
    expect(Object.keys(parseStats(facts).nullCount)).toHaveLength(32);
    const empty = read(await files.write('empty.parquet', `SELECT n AS id FROM range(0) r(n)`));
    expect(empty).toMatchObject({ columns: [{ name: 'id', type: 'long' }], rows: 0n });
  });

  it('says how many bytes of the end it needs', async () => {
    const bytes = await files.write('tail.parquet', EVERY_TYPE);
    const needed = footerBytesNeeded(bytes.subarray(-8), bytes.length);

    expect(footerBytesNeeded(bytes.subarray(-3), bytes.length)).toBe(8);
    expect(needed).toBeGreaterThan(1_000);
    expect(footerBytesNeeded(bytes.subarray(-(needed ?? 0)), bytes.length)).toBeUndefined();
    expect(readFooter(bytes.subarray(-(needed ?? 0)), bytes.length)).toEqual(read(bytes));
    expect(() => readFooter(bytes.subarray(-100), bytes.length)).toThrow(RangeError);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'NOT_PARQUET'],
    ['a few bytes', Buffer.from('PAR1'), 'TRUNCATED'],
    ['a text', Buffer.from('<html>not here</html>'), 'NOT_PARQUET'],
    ['parquet without its end', fileWith(struct({})).subarray(0, 500), 'TRUNCATED'],
    ['parquet without its start', fileWith(struct({})).subarray(4), 'NOT_PARQUET'],
    ['a footer longer than the file', Buffer.from('PAR1\xff\xff\xff\x00PAR1', 'latin1'), 'CORRUPT_FOOTER'],
    ['an empty footer', fileWith(struct({})), 'CORRUPT_FOOTER'],
    ['an encrypted footer', Buffer.from('PARE....\x00\x00\x00\x00PARE', 'latin1'), 'ENCRYPTED'],
    ['encrypted columns', fileOf({ physical: 1, encryption: true }), 'ENCRYPTED'],
    ['data beyond its end', fileOf({ physical: 1, start: 900, bytes: 200 }), 'TRUNCATED'],
    ['rows that no row group has', fileOf({ physical: 1, rows: 4 }), 'CORRUPT_FOOTER'],
    ['a name that Delta refuses', fileOf({ physical: 1, name: 'a b' }), 'UNSUPPORTED_COLUMN'],
    ['an unsigned number', fileOf({ physical: 1, converted: 13 }), 'UNSUPPORTED_COLUMN'],
    ['more than 38 digits', fileOf({ physical: 7, converted: 5, precision: 39 }), 'UNSUPPORTED_COLUMN'],
    ['a list', fileOf({ physical: 1, repetition: 2 }), 'UNSUPPORTED_COLUMN'],
  ])('refuses %s', (_, bytes, code) => {
    expect(thrownBy(() => read(bytes))).toMatchObject({ code });
  });

  it.each([
    ['TIME', `TIME '01:00'`, 'Column x has the parquet type INT64 TIME'],
    ['UUID', `uuid()`, 'Column x has the parquet type FIXED_LEN_BYTE_ARRAY UUID'],
    ['UBIGINT', `1::UBIGINT`, 'UNSIGNED 64'],
    ['STRUCT', `{'a': 1}`, 'Column x is nested'],
    ['LIST', `[1]`, 'Column x is nested'],
  ])('refuses a column of DuckDB type %s by its name', async (type, value, sentence) => {
    const bytes = await files.write(`${type}.parquet`, `SELECT ${value} AS x`);
    const thrown = thrownBy(() => read(bytes));
    expect(thrown).toMatchObject({ code: 'UNSUPPORTED_COLUMN', message: expect.stringContaining(sentence) as string });
  });

  it('refuses files that DuckDB encrypted', async () => {
    await files.run(`SET force_mbedtls_unsafe = 'true'`);
    await files.run(`PRAGMA add_parquet_key('key', '0123456789012345')`);
    const bytes = await files.write('encrypted.parquet', 'SELECT 1 AS x', `ENCRYPTION_CONFIG {footer_key: 'key'}`);
    expect(thrownBy(() => read(bytes))).toMatchObject({ code: 'ENCRYPTED' });
  });

  it('survives lengths and depths made to hurt', () => {
    const deep = struct(Object.fromEntries([[5, nested(2_000)]]));
    expect(thrownBy(() => read(fileWith(deep)))).toMatchObject({ code: 'CORRUPT_FOOTER' });
    // A list that claims 2^31 structs, a text that claims as many bytes, and a number that never ends.
    for (const bytes of [
      [0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07],
      [0x58, 0xff, 0xff, 0xff, 0xff, 0x07],
      [0x56, ...Array.from({ length: 30 }, () => 0xff)],
      [0x5b, 0xff, 0xff, 0xff, 0xff, 0x07, 0x88],
    ]) {
      const footer = Buffer.from(bytes);
      const trailer = Buffer.from([footer.length, 0, 0, 0, ...Buffer.from('PAR1')]);
      const file = Buffer.concat([Buffer.from('PAR1'), footer, trailer]);
      expect(thrownBy(() => read(file))).toMatchObject({ code: 'CORRUPT_FOOTER' });
    }
  });

  it('reads damaged footers as an independent reader does, or refuses them', async () => {
    const originals = [
      await files.write('fuzz-a.parquet', EVERY_TYPE),
      await files.write(
        'fuzz-b.parquet',
        `SELECT n AS id, 'x' || n AS te FROM range(9000) r(n)`,
        'ROW_GROUP_SIZE 2048',
      ),
    ];
    const random = randomFrom(7);
    const seen = { refused: 0, read: 0, compared: 0 };
    for (let round = 0; round < 6_000; round += 1) {
      const bytes = damage(originals[round % originals.length] ?? Buffer.alloc(0), random);
      let facts: FileFacts;
      try {
        facts = read(bytes);
      } catch (thrown) {
        if (!(thrown instanceof BadDataFile)) throw new Error(`round ${round}`, { cause: thrown });
        seen.refused += 1;
        continue;
      }
      seen.read += 1;
      const judged = judge(bytes);
      if (judged === undefined) continue;
      seen.compared += 1;
      expect([round, facts.rows]).toEqual([round, judged.num_rows]);
      expect([round, facts.columns.map(({ name }) => name)]).toEqual([
        round,
        judged.schema.slice(1).map(({ name }) => name),
      ]);
      expect([round, parseStats(facts).nullCount]).toEqual([round, nullCounts(judged)]);
    }
    expect(seen.refused).toBeGreaterThan(1_000);
    expect(seen.compared).toBeGreaterThan(1_000);
  });
});

function read(bytes: Buffer): FileFacts {
  return readFooter(bytes, bytes.length);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BadDataFile);
    return thrown;
  }
  return undefined;
}

type Values = Record<string, string | undefined>;

/** The statistics with every number as its text. */
function parseStats({ stats }: FileFacts): {
  numRecords: string;
  minValues: Values;
  maxValues: Values;
  nullCount: Values;
} {
  const keep = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? context?.source : value;
  return JSON.parse(stats, keep) as ReturnType<typeof parseStats>;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

interface Made {
  physical: number;
  name?: string;
  repetition?: number;
  converted?: number;
  precision?: number;
  statistics?: Thrift;
  groups?: readonly { statistics: Thrift | undefined; rows: number }[];
  rows?: number;
  start?: number;
  bytes?: number;
  by?: string | undefined;
  encryption?: boolean;
  /** `key_value_metadata`. */
  keys?: Readonly<Record<string, string | undefined>>;
  /** Which member of `ColumnOrder` each column has. */
  orders?: readonly number[];
}

/** A file of one column as only its footer tells. */
function fileOf(made: Made): Buffer {
  const name = made.name ?? 'c';
  const groups = made.groups ?? [{ statistics: made.statistics, rows: 3 }];
  const element = struct({
    1: { i32: made.physical },
    3: { i32: made.repetition ?? 1 },
    4: { text: name },
    ...(made.converted === undefined ? {} : { 6: { i32: made.converted } }),
    ...(made.precision === undefined ? {} : { 7: { i32: 0 }, 8: { i32: made.precision } }),
  });
  const rowGroups = groups.map(({ statistics, rows }) => {
    const metadata = struct({
      1: { i32: made.physical },
      2: { list: [{ i32: 0 }] },
      3: { list: [{ text: name }] },
      4: { i32: 1 },
      5: { i64: rows },
      6: { i64: 10 },
      7: { i64: made.bytes ?? 10 },
      9: { i64: made.start ?? 4 },
      ...(statistics === undefined ? {} : { 12: statistics }),
    });
    return struct({ 1: { list: [struct({ 2: { i64: 4 }, 3: metadata })] }, 2: { i64: 10 }, 3: { i64: rows } });
  });
  return fileWith(
    struct({
      1: { i32: 1 },
      2: { list: [struct({ 4: { text: 'root' }, 5: { i32: 1 } }), element] },
      3: { i64: made.rows ?? groups.reduce((sum, { rows }) => sum + rows, 0) },
      4: { list: rowGroups },
      ...(made.keys === undefined ? {} : { 5: { list: Object.entries(made.keys).map(keyValue) } }),
      6: { text: made.by ?? 'parquet-mr version 1.13.1' },
      ...(made.orders === undefined
        ? {}
        : { 7: { list: made.orders.map((order) => struct({ [order]: struct({}) })) } }),
      ...(made.encryption === true ? { 8: struct({ 1: struct({}) }) } : {}),
    }),
  );
}

function keyValue([key, value]: [string, string | undefined]): Thrift {
  return struct({ 1: { text: key }, 2: value === undefined ? undefined : { text: value } });
}

function nested(levels: number): Thrift {
  let value = struct({ 1: { i32: 1 } });
  for (let level = 0; level < levels; level += 1) value = struct({ 1: value });
  return value;
}

/** Damages some bytes of a file's footer, mostly one bit. */
function damage(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  const start = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  for (let count = 1 + random(3); count > 0; count -= 1) {
    const position = start + random(bytes.length - start - 4);
    if (random(3) === 0) bytes.writeUInt8(random(256), position);
    else bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << random(8)), position);
  }
  return bytes;
}

function judge(bytes: Buffer): FileMetaData | undefined {
  const length = bytes.readUInt32LE(bytes.length - 8);
  if (length > bytes.length) return undefined;
  try {
    return parquetMetadata(Uint8Array.from(bytes).buffer);
  } catch {
    return undefined;
  }
}

/** Null counts of the columns where all row groups tell a possible one, as text. */
function nullCounts({ schema, row_groups: groups }: FileMetaData): Values {
  const counts: Values = {};
  for (const [index, { name, repetition_type: repetition }] of schema.slice(1, 33).entries()) {
    let sum: bigint | undefined = 0n;
    for (const group of groups) {
      if (group.num_rows === 0n) continue;
      // A damaged field may have another width, which makes it a number here.
      const stored: bigint | number | undefined =
        group.columns[index]?.meta_data?.statistics?.null_count ?? (repetition === 'REQUIRED' ? 0n : undefined);
      const told = stored === undefined ? undefined : BigInt(stored);
      sum = sum === undefined || told === undefined || told < 0n || told > group.num_rows ? undefined : sum + told;
    }
    if (sum !== undefined) counts[name] = sum.toString();
  }
  return counts;
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
