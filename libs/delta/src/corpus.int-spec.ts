import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fileLiteral, identifier, literal } from './duckdb/sql';
import {
  DeltaEngine,
  DeltaError,
  DeltaTable,
  LocalStorage,
  type JsonValue,
  type Snapshot,
  type StructField,
  type TableSnapshot,
} from './index';
import { toJson } from './preview/json-value';
import { ColumnNames } from './schema/column-names';
import { parseIndex, parseVersions, type CorpusTable, type CorpusVersion } from './testing/corpus';

const root = process.env['LAKESCOPE_DELTA_CORPUS'];

/** Classes this library must read completely; the others work or are refused by name. */
const COMPLETE = new Set([
  'basic',
  'partitioned',
  'time-travel',
  'classic-checkpoint',
  'multipart-checkpoint',
  'v2-checkpoint',
  'deletion-vectors',
]);

/** Partition timestamps without a zone, published as seen in the zone of the machine that wrote them. */
const ZONE_DEPENDENT = new Map([['special-paths/golden__data-reader-partition-values/delta', 'as_timestamp']]);

describe('the index of a corpus', () => {
  it('is read by column names', () => {
    const [table] = parseIndex(
      'table\tclass\texpected_version\tactive_files\tactive_bytes\texpected_rows\texpectation\nbasic/t/delta\tbasic\t3\t2\t99\t\tok\n',
    );

    expect(table).toEqual({
      path: 'basic/t/delta',
      class: 'basic',
      version: 3,
      files: 2,
      bytes: 99n,
      rows: undefined,
      expectation: 'ok',
    });
  });
});

if (root !== undefined) {
  describe.each([
    { where: 'in memory', largeFiles: 20_000 },
    { where: 'in DuckDB', largeFiles: 0 },
  ])('real tables, their files $where,', ({ largeFiles }) => {
    let directory: string;
    let engine: DeltaEngine;
    let tables: CorpusTable[];
    let versions: CorpusVersion[];

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'delta-corpus-'));
      engine = await DeltaEngine.open({ cacheDirectory: directory, localRoots: [root], largeFiles });
      tables = parseIndex(await readFile(join(root, 'INDEX.tsv'), 'utf8'));
      versions = parseVersions(await readFile(join(root, 'VERSIONS.tsv'), 'utf8'));
    });
    afterAll(async () => {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    });

    const open = (table: CorpusTable): Promise<DeltaTable> =>
      DeltaTable.open(engine, new LocalStorage(join(root, table.path)));

    it('have the files, bytes and rows of the index', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((candidate) => candidate.expectation === 'ok')) {
        const snapshot = await (await open(table)).snapshot();
        const { rows, exact } = await snapshot.countRows();
        const found = [
          snapshot.version,
          snapshot.numFiles,
          snapshot.sizeBytes,
          table.rows === undefined ? undefined : rows,
        ];
        const expected = [table.version, table.files, table.bytes, table.rows];
        if (!exact || found.join() !== expected.join())
          wrong.push(`${table.path}: ${found.join()} != ${expected.join()}`);
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('have the files, bytes and rows of every version that can be rebuilt', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((candidate) => candidate.expectation === 'ok')) {
        const opened = await open(table);
        for (const version of versions.filter((candidate) => candidate.path === table.path)) {
          const snapshot = await opened.snapshot({ version: version.version });
          const rows = version.rows === undefined ? undefined : (await snapshot.countRows()).rows;
          const found = [snapshot.numFiles, snapshot.sizeBytes, rows].join();
          const expected = [version.files, version.bytes, version.rows].join();
          if (found !== expected) wrong.push(`${table.path} ${version.version}: ${found} != ${expected}`);
        }
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('show schema, history and all rows, page by page, in the classes this library reads completely', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((one) => COMPLETE.has(one.class) && one.expectation === 'ok')) {
        const opened = await open(table);
        const snapshot = await opened.snapshot();
        const history = await opened.history({ limit: 1_000 });
        const rows = await allRows(snapshot);
        if (snapshot.schema.fields.length === 0) wrong.push(`${table.path}: no schema`);
        if (history.items[0]?.version !== table.version) wrong.push(`${table.path}: no history`);
        if (table.rows !== undefined && BigInt(rows.length) !== table.rows)
          wrong.push(`${table.path}: ${rows.length} rows`);
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('are the same rows as a relation of another, locked-down DuckDB', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((one) => COMPLETE.has(one.class) && one.expectation === 'ok')) {
        const snapshot = await (await open(table)).snapshot();
        const rows = await relationRows(snapshot);
        const expected = (await allRows(snapshot)).map((row) => JSON.stringify(row)).sort();
        if (rows.join('\n') !== expected.join('\n')) wrong.push(table.path);
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('have the values their source published', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((one) => one.expected !== undefined && one.expectation === 'ok')) {
        const snapshot = await (await open(table)).snapshot();
        const skipped = ZONE_DEPENDENT.get(table.path);
        const fields = snapshot.schema.fields.filter((field) => field.name !== skipped);
        const found = await allRows(
          snapshot,
          fields.map((field) => field.name),
        );
        const expected = await publishedRows(join(root, table.expected ?? ''), fields);
        if (sorted(found) !== sorted(expected)) wrong.push(table.path);
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('never fail with anything but an error of this library', async () => {
      const wrong: string[] = [];
      for (const table of tables) {
        try {
          const opened = await open(table);
          await opened.history();
          await (await opened.snapshot()).preview({ limit: 10 });
        } catch (error) {
          if (!(error instanceof DeltaError)) wrong.push(`${table.path}: ${String(error)}`);
          else if (table.expectation === 'ok' && COMPLETE.has(table.class))
            wrong.push(`${table.path}: ${error.message}`);
        }
      }
      expect(wrong).toEqual([]);
    }, 120_000);
  });

  describe('the files of real tables', () => {
    it('are the same whether they are kept in memory or in DuckDB', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'delta-corpus-'));
      const engines = await Promise.all(
        [1_000_000, 0].map((largeFiles) =>
          DeltaEngine.open({ cacheDirectory: join(directory, String(largeFiles)), localRoots: [root], largeFiles }),
        ),
      );
      const wrong: string[] = [];
      for (const { path } of parseIndex(await readFile(join(root, 'INDEX.tsv'), 'utf8'))) {
        const told = await Promise.all(engines.map((engine) => toldFiles(engine, join(root, path))));
        if (told[0] !== told[1]) wrong.push(path);
      }
      await Promise.all(engines.map((engine) => engine.close()));
      await rm(directory, { recursive: true, force: true });
      expect(wrong).toEqual([]);
    }, 120_000);
  });
}

/** All that the newest version of a table says about its files, as text. */
async function toldFiles(engine: DeltaEngine, path: string): Promise<string> {
  try {
    const snapshot = await (await DeltaTable.open(engine, new LocalStorage(path))).snapshot();
    const [first] = snapshot.schema.fields;
    const where = first === undefined ? [] : [{ column: first.name, op: 'is_not_null' as const }];
    const told = [
      await snapshot.files(),
      await snapshot.files({ sort: { by: 'records', descending: true }, limit: 50, offset: 3, where }),
      await snapshot.files({ sort: { by: 'size' }, limit: 50 }),
      await snapshot.fileSummary(),
      await snapshot.tombstones({ now: new Date(0) }),
    ];
    return JSON.stringify(told, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  } catch (error) {
    if (error instanceof DeltaError) return `${error.code} ${error.message}`;
    throw error;
  }
}

async function allRows(snapshot: Snapshot, columns?: string[]): Promise<JsonValue[][]> {
  const rows: JsonValue[][] = [];
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const page = await snapshot.preview({ limit: 777, offset, columns });
    rows.push(...page.rows);
    offset = page.nextOffset;
  }
  return rows;
}

async function publishedRows(directory: string, fields: readonly StructField[]): Promise<JsonValue[][]> {
  const all = await readdir(directory, { recursive: true });
  const latest = all.filter((name) => name.startsWith('latest/table_content/'));
  const names = latest.length > 0 ? latest : all;
  const files = names.filter((name) => name.endsWith('.parquet') && !basename(name).startsWith('.'));
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const list = files.map((name) => fileLiteral(join(directory, name))).join(', ');
    const columns = fields.map((field) => identifier(field.name)).join(', ');
    const result = await connection.run(`SELECT ${columns} FROM read_parquet([${list}], union_by_name = true)`);
    const columnNames = new ColumnNames({});
    return (await result.getRows()).map((row) =>
      fields.map((field, index) => toJson(row[index] ?? null, field.type, columnNames)),
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function sorted(rows: readonly JsonValue[][]): string {
  return rows
    .map((row) => JSON.stringify(row))
    .sort()
    .join('\n');
}

/** All rows of a relation as JSON, sorted. */
async function relationRows(snapshot: TableSnapshot): Promise<string[]> {
  const relation = await snapshot.relation();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`SET allowed_paths = [${relation.files.map(literal).join(', ')}]`);
    await connection.run('SET enable_external_access = false');
    for (const statement of relation.statements('t')) await connection.run(statement);
    const rows = await (await connection.run('SELECT * FROM t')).getRows();
    const { fields } = snapshot.schema;
    const names = new ColumnNames({});
    return rows
      .map((row) => JSON.stringify(fields.map((field, index) => toJson(row[index] ?? null, field.type, names))))
      .sort();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
