import { DuckDBInstance } from '@duckdb/node-api';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { column, TemporaryLake } from '../testing/temporary-lake';
import type { JsonValue } from '../schema/types';
import { append } from '../writer/append';
import { createTable } from '../writer/create-table';

describe('a relation', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** In a DuckDB that may open nothing but the files the relation names. */
  async function query(table: string, sql: string, at?: number): Promise<unknown[][]> {
    const snapshot = await (await lake.open(table)).snapshot(at === undefined ? {} : { version: at });
    const relation = await snapshot.relation();
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      await connection.run(`SET allowed_paths = [${relation.files.map((file) => `'${file}'`).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run(`SET TimeZone = 'UTC'`);
      for (const statement of relation.statements('t')) await connection.run(statement);
      return (await connection.runAndReadAll(sql)).getRowsJson();
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  it('has the rows of every file and of the version that was asked for', async () => {
    const table = await createTable(lake.engine, lake.storage('files'), {
      source: await lake.rows('SELECT range AS id FROM range(10)'),
      maxRowsPerFile: 3,
    });
    await append(lake.engine, table, { source: await lake.rows('SELECT range + 10 AS id FROM range(5)') });

    expect(await query('files', 'SELECT count(*), sum(id)::BIGINT FROM t')).toEqual([['15', '105']]);
    expect(await query('files', 'SELECT count(*), max(id) FROM t', 0)).toEqual([['10', '9']]);
  });

  it('has columns but no rows while the table is empty', async () => {
    await createTable(lake.engine, lake.storage('empty'), {
      schema: {
        type: 'struct',
        fields: [column('A b', 'long'), column('c', { type: 'struct', fields: [column('d', 'string')] })],
      },
    });

    expect(await query('empty', 'SELECT count(*), count("A b"), count(c.d) FROM t')).toEqual([['0', '0', '0']]);
  });

  it('has partition values in their types', async () => {
    await createTable(lake.engine, lake.storage('parts'), {
      source:
        await lake.rows(`SELECT range AS id, DATE '2024-01-01' + range::INTEGER AS day, 'k ''' || (range % 2) AS "key",
        TIMESTAMPTZ '2024-01-01 10:00:00+00' AS moment, nullif(range, 2)::DECIMAL(10,2) AS amount FROM range(4)`),
      partitionColumns: ['day', 'key', 'moment', 'amount'],
    });

    expect(
      await query(
        'parts',
        `SELECT id, amount::VARCHAR, moment::VARCHAR FROM t WHERE day > DATE '2024-01-02' AND "key" LIKE 'k ''_' ORDER BY id`,
      ),
    ).toEqual([
      ['2', null, '2024-01-01 10:00:00+00'],
      ['3', '3.00', '2024-01-01 10:00:00+00'],
    ]);
  });

  it('hides what deletion vectors hide, in each file by itself', async () => {
    await createTable(lake.engine, lake.storage('vectors'), {
      source: await lake.rows('SELECT range AS id FROM range(10)'),
      maxRowsPerFile: 5,
    });
    await rewriteLog('vectors', (action, index) => {
      const { add } = action as { add?: { [key: string]: JsonValue } };
      if (add === undefined) return [action];
      // Inline vectors: rows 0 and 3 of one file, row 1 of the other.
      const vectors = [inlineVector([0, 3]), inlineVector([1])];
      return [{ add: { ...add, deletionVector: vectors[index % 2] ?? null } }];
    });
    const live = await query('vectors', 'SELECT id FROM t ORDER BY id');

    const snapshot = await (await lake.open('vectors')).snapshot();
    const { rows } = await snapshot.preview({ limit: 100 });
    expect(live).toHaveLength(7);
    expect(live.map(([id]) => id)).toEqual(rows.map(([id]) => id).sort());
  });

  it('gives nested fields their logical names where they are mapped', async () => {
    const item = { type: 'struct' as const, fields: [column('p1', 'long')] };
    await createTable(lake.engine, lake.storage('mapped'), {
      source:
        await lake.rows(`SELECT 1::BIGINT AS p0, {p1: 2::BIGINT} AS p2, [{p1: 3::BIGINT}] AS p3, MAP {'k': {p1: 4::BIGINT}} AS p4
        UNION ALL SELECT 5, NULL, NULL, NULL`),
    });
    const mapped = (name: string, id: number, physical: string) => ({
      'delta.columnMapping.id': id,
      'delta.columnMapping.physicalName': physical,
    });
    const inner = { ...item, fields: [column('deep name', 'long', mapped('deep name', 5, 'p1'))] };
    await rewriteLog('mapped', (action) => {
      const { metaData } = action as { metaData?: { [key: string]: JsonValue } };
      if ('protocol' in action) return [{ protocol: { minReaderVersion: 2, minWriterVersion: 5 } }];
      if (metaData === undefined) return [action];
      const fields = [
        column('the id', 'long', mapped('the id', 1, 'p0')),
        column('one', inner, mapped('one', 2, 'p2')),
        column('many', { type: 'array', elementType: inner, containsNull: true }, mapped('many', 3, 'p3')),
        column(
          'by key',
          { type: 'map', keyType: 'string', valueType: inner, valueContainsNull: true },
          mapped('by key', 4, 'p4'),
        ),
      ];
      return [
        {
          metaData: {
            ...metaData,
            schemaString: JSON.stringify({ type: 'struct', fields }),
            configuration: { 'delta.columnMapping.mode': 'name' },
          },
        },
      ];
    });

    expect(
      await query(
        'mapped',
        `SELECT "the id", one."deep name", many[1]."deep name", "by key"['k']."deep name", one IS NULL FROM t ORDER BY 1`,
      ),
    ).toEqual([
      ['1', '2', '3', '4', false],
      ['5', null, null, null, true],
    ]);
  });

  async function rewriteLog(
    table: string,
    rewrite: (action: { [key: string]: JsonValue }, index: number) => { [key: string]: JsonValue }[],
  ): Promise<void> {
    const log = join(lake.directory, table, '_delta_log');
    const [name = ''] = (await readdir(log)).sort();
    const lines = (await readFile(join(log, name), 'utf8')).trim().split('\n');
    const actions = lines.flatMap((line, index) => rewrite(JSON.parse(line) as { [key: string]: JsonValue }, index));
    await writeFile(join(log, name), actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
  }
});

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** A roaring bitmap array of one 32-bit container, as PROTOCOL.md "Deletion Vector Format" writes it. */
function inlineVector(rows: readonly number[]): { [key: string]: JsonValue } {
  const bytes = Buffer.alloc(4 + 8 + 4 + 4 + 4 + 4 + 4 + rows.length * 2);
  let at = bytes.writeUInt32LE(1681511377, 0);
  at = bytes.writeBigUInt64LE(1n, at);
  at = bytes.writeUInt32LE(0, at);
  at = bytes.writeUInt32LE(12346, at);
  at = bytes.writeUInt32LE(1, at);
  at = bytes.writeUInt16LE(0, at);
  at = bytes.writeUInt16LE(rows.length - 1, at);
  at = bytes.writeUInt32LE(16, at);
  for (const row of rows) at = bytes.writeUInt16LE(row, at);
  const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  bytes.copy(padded);
  let text = '';
  for (let start = 0; start < padded.length; start += 4) {
    let value = padded.readUInt32BE(start);
    let group = '';
    for (let digit = 0; digit < 5; digit += 1) {
      group = (Z85[value % 85] ?? '') + group;
      value = Math.floor(value / 85);
    }
    text += group;
  }
  return { storageType: 'i', pathOrInlineDv: text, sizeInBytes: bytes.length, cardinality: rows.length };
}
