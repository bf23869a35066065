import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AlreadyExists, InvalidRequest, UnsupportedTableFeature, WriteOutcomeUnknown } from '../errors';
import type { JsonValue } from '../schema/types';
import { LocalStorage } from '../storage/local-storage';
import { DeltaTable } from '../table/delta-table';
import { column, created, TemporaryLake } from '../testing/temporary-lake';
import { append } from './append';
import { createTable } from './create-table';

describe('the writer', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  async function log(table: string, version: number): Promise<Record<string, Record<string, JsonValue>>[]> {
    const file = join(lake.directory, table, '_delta_log', `${String(version).padStart(20, '0')}.json`);
    const text = await readFile(file, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Record<string, JsonValue>>);
  }

  it('creates version 0 with protocol, metadata and files, commit info first', async () => {
    const table = await createTable(lake.engine, lake.storage('first'), {
      name: 'first',
      description: 'made here',
      source: await lake.rows("SELECT 1 AS id, 'x' AS note"),
      userName: 'ann',
    });

    const actions = await log('first', 0);

    expect(actions.map((action) => Object.keys(action)[0])).toEqual(['commitInfo', 'protocol', 'metaData', 'add']);
    expect(actions[0]?.['commitInfo']).toMatchObject({
      operation: 'CREATE TABLE AS SELECT',
      userName: 'ann',
      operationMetrics: { numFiles: '1', numOutputRows: '1' },
    });
    expect(actions[1]?.['protocol']).toEqual({ minReaderVersion: 1, minWriterVersion: 2 });
    expect((await table.snapshot()).metadata).toMatchObject({ name: 'first', description: 'made here' });
  });

  it('names the feature of timestamps without zone in the protocol', async () => {
    const table = await createTable(lake.engine, lake.storage('ntz'), {
      source: await lake.rows("SELECT TIMESTAMP '2024-01-01 00:00:00' AS at"),
    });

    expect((await table.snapshot()).protocol).toMatchObject({ minReaderVersion: 3, readerFeatures: ['timestampNtz'] });
  });

  it('creates a table only once', async () => {
    const schema = { type: 'struct' as const, fields: [column('id', 'long')] };
    const attempts = Array.from({ length: 5 }, () => createTable(lake.engine, lake.storage('once'), { schema }));

    const outcomes = await Promise.allSettled(attempts);

    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(4);
    expect(lost.every((outcome) => outcome.reason instanceof AlreadyExists)).toBe(true);
  });

  it('keeps every row of writers that append at the same time', async () => {
    const table = await createTable(lake.engine, lake.storage('busy'), { source: await lake.rows('SELECT 0 AS id') });
    const source = await lake.rows('SELECT range::INTEGER + 1 AS id FROM range(3)');

    const versions = await Promise.all([1, 2, 3, 4].map(() => append(lake.engine, table, { source })));

    expect([...versions].sort()).toEqual([1, 2, 3, 4]);
    expect((await (await table.snapshot()).countRows()).rows).toBe(13n);
  });

  it('writes a batch only once', async () => {
    const table = await createTable(lake.engine, lake.storage('batches'), {
      source: await lake.rows('SELECT 0 AS id'),
    });
    const source = await lake.rows('SELECT 1 AS id');
    const batch = (version: number) => ({ source, transaction: { appId: 'loader', version } });

    expect(await append(lake.engine, table, batch(1))).toBe(1);
    expect(await append(lake.engine, table, batch(1))).toBe(1);
    expect(await append(lake.engine, table, batch(2))).toBe(2);
    expect((await (await table.snapshot()).countRows()).rows).toBe(3n);
  });

  it('does not take a batch for done because a later one of the same application was faster', async () => {
    await createTable(lake.engine, lake.storage('two-at-once'), { source: await lake.rows('SELECT 0 AS id') });
    const table = await lake.open('two-at-once');
    const source = await lake.rows('SELECT 1 AS id');
    const batch = (version: number) => ({ source, transaction: { appId: 'loader', version } });
    const meanwhile = async (version: number) => void (await append(lake.engine, table, batch(version)));
    const raced = (rival: () => Promise<void>) =>
      DeltaTable.open(lake.engine, new RacedStorage(table.storage.location, rival));

    await expect(append(lake.engine, await raced(() => meanwhile(6)), batch(5))).rejects.toMatchObject({
      code: 'COMMIT_CONFLICT',
      reason: 'TRANSACTION',
    });
    expect(await append(lake.engine, await raced(() => meanwhile(7)), batch(7))).toBe(2);

    expect((await (await table.snapshot()).countRows()).rows).toBe(3n);
  });

  it('knows its own commit again when the storage reports a failure after it was written', async () => {
    await createTable(lake.engine, lake.storage('lost-answer'), { source: await lake.rows('SELECT 0 AS id') });
    const storage = new ForgetfulStorage(lake.storage('lost-answer').location);
    const table = await DeltaTable.open(lake.engine, storage);
    const source = await lake.rows('SELECT 1 AS id');

    for (const answer of [new Error('EIO'), new AlreadyExists('x'), new WriteOutcomeUnknown('x')]) {
      storage.answer = answer;
      await append(lake.engine, table, { source });
    }

    expect((await table.snapshot()).version).toBe(3);
    expect((await (await table.snapshot()).countRows()).rows).toBe(4n);
  });

  it('encodes partition values for the disk and once more for the log', async () => {
    const values = ['a b', 'a/b', '50%', 'ä', '=', '..', '', null];
    const list = values.map((value) => (value === null ? 'NULL' : `'${value}'`)).join(', ');
    const table = await createTable(lake.engine, lake.storage('parts'), {
      source: await lake.rows(`SELECT unnest([${list}]) AS part, 1 AS one`),
      partitionColumns: ['part'],
    });

    const snapshot = await table.snapshot();
    const folders = (await readdir(join(lake.directory, 'parts'))).filter((name) => name.startsWith('part='));

    expect(folders.sort()).toEqual(
      [
        'part=..',
        'part=50%25',
        'part=%3D',
        'part=__HIVE_DEFAULT_PARTITION__',
        'part=a b',
        'part=a%2Fb',
        'part=ä',
      ].sort(),
    );
    const shown = (await snapshot.preview({ limit: 10 })).rows.map(([part]) => part);
    expect(new Set(shown)).toEqual(new Set(['a b', 'a/b', '50%', 'ä', '=', '..', null]));
    expect((await snapshot.countRows()).rows).toBe(8n);
  });

  it('writes bounds that never exclude a row', async () => {
    const long = 'z'.repeat(40);
    await createTable(lake.engine, lake.storage('stats'), {
      source: await lake.rows(`SELECT * FROM (VALUES
        (9223372036854775807::BIGINT, '${long}', TIMESTAMPTZ '2024-01-01 00:00:00.000001+00', 1.10::DECIMAL(38,2), 0.0::DOUBLE, 'NaN'::DOUBLE, {a: 1}, true, [1]),
        (-1::BIGINT, 'a', TIMESTAMPTZ '1960-01-01 00:00:00.000001+00', NULL, 0.0::DOUBLE, 1.0::DOUBLE, {a: NULL}, false, NULL)
      ) AS v(l, s, t, d, zero, nan, st, b, arr)`),
    });
    const add = (await log('stats', 0)).at(-1)?.['add'];

    expect(add?.['stats']).toBe(
      '{"numRecords":2,' +
        '"minValues":{"l":-1,"s":"a","t":"1960-01-01T00:00:00.000Z","d":1.10,"zero":-0.0,"st":{"a":1}},' +
        `"maxValues":{"l":9223372036854775807,"s":"${'z'.repeat(32)}\u{10ffff}","t":"2024-01-01T00:00:00.001Z","d":1.10,"zero":0.0,"st":{"a":1}},` +
        '"nullCount":{"l":0,"s":0,"t":0,"d":1,"zero":0,"nan":0,"st":{"a":1},"b":0,"arr":1}}',
    );
  });

  it.each([
    ['delta.dataSkippingNumIndexedCols', '2', ['a', 'b']],
    ['delta.dataSkippingNumIndexedCols', '-1', ['a', 'b', 's', 't, u']],
    ['delta.dataSkippingStatsColumns', 'S.x, `t, u`', ['s', 't, u']],
    ['delta.dataSkippingStatsColumns', 's', ['s']],
  ])('gives statistics to the columns the table names (%s = %s)', async (property, value, columns) => {
    const name = `indexed-${property}-${columns.join()}`;
    await createTable(lake.engine, lake.storage(name), {
      source: await lake.rows(`SELECT 1 AS a, 2 AS b, {x: 1, y: 2} AS s, 3 AS "t, u"`),
      properties: { [property]: value },
    });

    const stats = JSON.parse(String((await log(name, 0)).at(-1)?.['add']?.['stats'])) as Record<string, object>;

    expect(Object.keys(stats['minValues'] ?? {})).toEqual(columns);
    expect(Object.keys(stats['nullCount'] ?? {})).toEqual(columns);
  });

  it('always gives statistics to the columns a table is clustered by', async () => {
    const fields = Array.from({ length: 40 }, (_, index) => column(`c${index}`, 'integer'));
    const features = protocol(['clustering', 'domainMetadata']);
    const configuration = JSON.stringify({ clusteringColumns: [['c38']] });
    await lake.commit('clustered', 0, [
      ...created({ fields, protocol: features }),
      { domainMetadata: { domain: 'delta.clustering', configuration, removed: false } },
    ]);

    const source = await lake.rows(`SELECT ${fields.map(({ name }) => `1 AS ${name}`).join(', ')}`);
    await append(lake.engine, await lake.open('clustered'), { source });

    const stats = JSON.parse(String((await log('clustered', 1)).at(-1)?.['add']?.['stats'])) as Record<string, object>;
    expect(Object.keys(stats['maxValues'] ?? {})).toEqual([...fields.slice(0, 32).map(({ name }) => name), 'c38']);
  });

  it('adds columns only when asked to', async () => {
    const table = await createTable(lake.engine, lake.storage('columns'), {
      source: await lake.rows('SELECT 1 AS id'),
    });
    const source = await lake.rows("SELECT 2 AS id, 'x' AS extra");

    await expect(append(lake.engine, table, { source })).rejects.toThrow(InvalidRequest);
    await append(lake.engine, table, { source, mergeSchema: true });

    const snapshot = await table.snapshot();
    expect(snapshot.schema.fields.map((field) => [field.name, field.nullable])).toEqual([
      ['id', true],
      ['extra', true],
    ]);
    expect((await table.snapshot({ version: 0 })).schema.fields).toHaveLength(1);
  });

  it('refuses rows without a required value', async () => {
    const schema = {
      type: 'struct' as const,
      fields: [{ ...column('id', 'long'), nullable: false }, column('x', 'long')],
    };
    const table = await createTable(lake.engine, lake.storage('required'), { schema });

    await expect(append(lake.engine, table, { source: await lake.rows('SELECT NULL AS id') })).rejects.toThrow(
      InvalidRequest,
    );
    await expect(append(lake.engine, table, { source: await lake.rows('SELECT 1 AS x') })).rejects.toThrow(
      InvalidRequest,
    );
    expect((await table.snapshot()).version).toBe(0);
  });

  it.each([
    ['futureFeature', { protocol: protocol(['futureFeature']) }],
    ['rowTracking', { protocol: protocol(['rowTracking', 'domainMetadata']) }],
    ['toString', { protocol: protocol(['toString']) }],
    ['icebergCompatV2', { protocol: protocol(['icebergCompatV2']) }],
    ['writer version 8', { protocol: { minReaderVersion: 1, minWriterVersion: 8 } }],
    ['checkConstraints', { configuration: { 'delta.constraints.positive': 'id > 0' } }],
    ['columnMapping', { configuration: { 'delta.columnMapping.mode': 'name' } }],
    ['invariants', { fields: [column('id', 'long', { 'delta.invariants': 'id > 0' })] }],
    ['generatedColumns', { fields: [column('id', 'long', { 'delta.generationExpression': '1' })] }],
    ['identityColumns', { fields: [column('id', 'long', { 'delta.identity.start': 1 })] }],
  ])('refuses to append to a table with %s', async (feature, options) => {
    await lake.commit(`refused-${feature}`, 0, created(options));
    const table = await lake.open(`refused-${feature}`);

    const failure = append(lake.engine, table, { source: await lake.rows('SELECT 1 AS id') });

    await expect(failure).rejects.toThrow(UnsupportedTableFeature);
    await expect(failure).rejects.toMatchObject({ features: [feature] });
  });

  it('keeps the times of a table with in-commit timestamps growing', async () => {
    const future = Date.now() + 3_600_000;
    const configuration = { 'delta.enableInCommitTimestamps': 'true' };
    const actions = created({ configuration, protocol: protocol(['inCommitTimestamp']) });
    await lake.commit('ahead', 0, [{ commitInfo: { inCommitTimestamp: future } }, ...actions]);

    await append(lake.engine, await lake.open('ahead'), { source: await lake.rows('SELECT 1 AS id') });

    expect((await log('ahead', 1))[0]?.['commitInfo']?.['inCommitTimestamp']).toBe(future + 1);
  });

  it('keeps columns apart from the names it uses itself', async () => {
    const named = await createTable(lake.engine, lake.storage('named'), {
      partitionColumns: ['country'],
      source: await lake.rows(
        "SELECT * FROM (VALUES ('x', 'de', 1), ('y', 'fr', 2), ('x', 'fr', 3)) v(p0, country, c0)",
      ),
    });
    const numbered = await createTable(lake.engine, lake.storage('numbered'), {
      maxRowsPerFile: 3_000,
      source: await lake.rows('SELECT range % 3 AS rowid, range AS n FROM range(10000)'),
    });

    expect((await (await named.snapshot()).preview({ limit: 10 })).rows.map(String).sort()).toEqual([
      'x,de,1',
      'x,fr,3',
      'y,fr,2',
    ]);
    const { rows } = await (await numbered.snapshot()).preview({ limit: 10_000, columns: ['n'] });
    expect(new Set(rows.map(String)).size).toBe(10_000);
  });

  it('writes the bounds of whole numbers as whole numbers', async () => {
    await createTable(lake.engine, lake.storage('whole'), {
      source: await lake.rows('SELECT 0::INTEGER AS i, 0::SMALLINT AS s, 0::TINYINT AS b, 0::BIGINT AS l'),
    });

    const stats = (await log('whole', 0)).at(-1)?.['add']?.['stats'];

    expect(stats).toContain('"minValues":{"i":0,"s":0,"b":0,"l":0},"maxValues":{"i":0,"s":0,"b":0,"l":0}');
  });

  it.each([
    ['a fraction in a whole number', '1.5::DOUBLE AS i'],
    ['a number that is too large', '3000000000 AS i'],
    ['text that is no number', "'abc' AS i"],
    ['a time in a date', "TIMESTAMP '2024-01-01 10:00:00' AS d"],
    ['a digit after the last of a decimal', '1.005::DECIMAL(10, 3) AS p'],
  ])('refuses %s instead of changing it', async (_, value) => {
    const schema = {
      type: 'struct' as const,
      fields: [column('i', 'integer'), column('d', 'date'), column('p', 'decimal(10,2)')],
    };
    const storage = lake.storage(`exact/${encodeURIComponent(value)}`);
    const table = await createTable(lake.engine, storage, { schema });

    await expect(append(lake.engine, table, { source: await lake.rows(`SELECT ${value}`) })).rejects.toThrow(
      InvalidRequest,
    );
    expect((await table.snapshot()).version).toBe(0);
  });

  it('widens and parses what the columns hold exactly', async () => {
    const schema = {
      type: 'struct' as const,
      fields: [column('l', 'long'), column('d', 'date'), column('p', 'decimal(10,2)'), column('f', 'float')],
    };
    const table = await createTable(lake.engine, lake.storage('fits'), { schema });

    const source = await lake.rows("SELECT 2.0::DOUBLE AS l, '2024-01-01' AS d, 1.1::DOUBLE AS p, 0.1::DOUBLE AS f");
    await append(lake.engine, table, { source });

    expect((await (await table.snapshot()).preview({ limit: 1 })).rows).toEqual([['2', '2024-01-01', '1.10', 0.1]]);
  });

  it('opens no file but its source', async () => {
    const secret = await lake.write('secret.csv', 'a\n1\n');
    const source = await lake.rows(`SELECT * FROM read_csv('${secret}')`);

    await expect(createTable(lake.engine, lake.storage('leak'), { source })).rejects.toThrow(/Permission|disabled/);
  });
});

/** Lets a rival commit just before the first commit of its own. */
class RacedStorage extends LocalStorage {
  constructor(
    root: string,
    private rival: (() => Promise<void>) | undefined,
  ) {
    super(root);
  }

  override async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    const { rival } = this;
    if (rival !== undefined && path.startsWith('_delta_log/')) {
      this.rival = undefined;
      await rival();
    }
    await super.putIfAbsent(path, bytes);
  }
}

/** Writes commits and then answers that it could not. */
class ForgetfulStorage extends LocalStorage {
  answer: Error | undefined;

  override async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    await super.putIfAbsent(path, bytes);
    if (this.answer !== undefined && path.startsWith('_delta_log/')) throw this.answer;
  }
}

function protocol(writerFeatures: string[]): { [key: string]: JsonValue } {
  return { minReaderVersion: 1, minWriterVersion: 7, writerFeatures };
}
