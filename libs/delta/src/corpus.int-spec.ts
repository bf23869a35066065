import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { fileLiteral, identifier, literal } from './duckdb/sql';
import { crossCheck, DeltaError, type JsonValue, type Snapshot, type StructField, type TableSnapshot } from './index';
import { toJson } from './preview/json-value';
import { ColumnNames } from './schema/column-names';
import { parseIndex, type CorpusTable } from './testing/corpus';
import { OpenCorpus } from './testing/open-corpus';

const root = process.env['LAKESCOPE_DELTA_CORPUS'];

/** Partition timestamps without a zone, published as seen in the zone of the machine that wrote them. */
const ZONE_DEPENDENT = new Map([['special-paths/golden__data-reader-partition-values/delta', 'as_timestamp']]);

/**
 * Tables that add a file by one spelling of its absolute path and remove it by another. It is one file (PROTOCOL.md, "Action
 * Reconciliation", asks for equal paths, and Delta's own reader makes them equal first), so none is left at version 1;
 * the index counts by the letter.
 */
const SPELLED_TWICE = new Map([
  ['negative-or-odd-log/golden__canonicalized-paths-normal-b/delta', 1],
  ['negative-or-odd-log/golden__canonicalized-paths-special-a/delta', 1],
]);

/** Tables with more rows are looked at from both ends. */
const MOST_ROWS = 50_000n;

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
    let corpus: OpenCorpus;

    beforeAll(async () => {
      corpus = await OpenCorpus.open(root, { largeFiles });
    });
    afterAll(() => corpus.close());

    it('have the files, bytes and rows of the index', async () => {
      const wrong: string[] = [];
      for (const table of corpus.expecting('ok')) {
        const snapshot = await (await corpus.table(table)).snapshot();
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
      const seen: string[] = [];
      for (const table of corpus.tables) {
        const own = corpus.versions.filter((candidate) => candidate.path === table.path);
        if (own.length === 0) continue;
        const opened = await corpus.table(table);
        for (const version of own) {
          seen.push(`${version.path} ${version.version}`);
          const snapshot = await opened.snapshot({ version: version.version });
          const rows = version.rows === undefined ? undefined : (await snapshot.countRows()).rows;
          const found = [snapshot.numFiles, snapshot.sizeBytes, rows].join();
          const isGone = SPELLED_TWICE.get(table.path) === version.version;
          const expected = isGone ? '0,0,' : [version.files, version.bytes, version.rows].join();
          if (found !== expected) wrong.push(`${table.path} ${version.version}: ${found} != ${expected}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(seen).toHaveLength(corpus.versions.length);
    }, 120_000);

    it('show schema, history and all rows, page by page', async () => {
      const wrong: string[] = [];
      for (const table of corpus.expecting('ok')) {
        const opened = await corpus.table(table);
        const snapshot = await opened.snapshot();
        const history = await opened.history({ limit: 1_000 });
        if ((table.rows ?? 0n) > MOST_ROWS) {
          const offset = Number(table.rows) - 700;
          const [first, last] = [
            await snapshot.preview({ limit: 777 }),
            await snapshot.preview({ limit: 777, offset }),
          ];
          const isAll = last.rows.length === 700 && last.nextOffset === undefined;
          if (first.rows.length !== 777 || !isAll) wrong.push(`${table.path}: ${last.rows.length} rows`);
          continue;
        }
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
      for (const table of corpus
        .expecting('ok')
        .filter((one) => one.class !== 'variant' && (one.rows ?? 0n) <= MOST_ROWS)) {
        const snapshot = await (await corpus.table(table)).snapshot();
        const rows = await relationRows(snapshot);
        const expected = (await allRows(snapshot)).map((row) => JSON.stringify(row)).sort();
        if (rows.join('\n') !== expected.join('\n')) wrong.push(table.path);
      }
      expect(wrong).toEqual([]);
    }, 120_000);

    it('have the values their source published', async () => {
      const wrong: string[] = [];
      for (const table of corpus.expecting('ok').filter((one) => one.expected !== undefined)) {
        const snapshot = await (await corpus.table(table)).snapshot();
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

    it('have the variants that their writers put in', async () => {
      const wrong: string[] = [];
      let compared = 0;
      for (const table of corpus.expecting('ok').filter((one) => one.class === 'variant')) {
        const snapshot = await (await corpus.table(table)).snapshot();
        const names = snapshot.schema.fields.map((field) => field.name);
        for (const row of await allRows(snapshot)) {
          compared += 1;
          const found = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, row[index]])));
          const expected = names.includes('s') ? nestedVariant(Number(row[0])) : variantsEverywhere(String(row[0]));
          if (found !== JSON.stringify(expected)) wrong.push(`${table.path}: ${found}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(200);
    }, 120_000);

    it('agree with the checksums their writers left', async () => {
      const differences: string[] = [];
      let compared = 0;
      for (const table of corpus.tables.filter((one) => !one.expectation.startsWith('error'))) {
        const opened = await corpus.table(table);
        for (const { version } of corpus.versions.filter((one) => one.path === table.path)) {
          const checksum = await opened.checksum(version);
          if (checksum === undefined) continue;
          compared += 1;
          const found = crossCheck(await opened.snapshot({ version }), checksum);
          differences.push(...found.map((sentence) => `${table.path} ${version}: ${sentence}`));
        }
      }
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(10);
    }, 120_000);
  });

  describe('the files of real tables', () => {
    it('are the same whether they are kept in memory or in DuckDB', async () => {
      const corpora = await Promise.all([1_000_000, 0].map((largeFiles) => OpenCorpus.open(root, { largeFiles })));
      const wrong: string[] = [];
      for (const table of corpora[0]?.tables ?? []) {
        const told = await Promise.all(corpora.map((corpus) => toldFiles(corpus, table)));
        if (told[0] !== told[1]) wrong.push(table.path);
      }
      await Promise.all(corpora.map((corpus) => corpus.close()));
      expect(wrong).toEqual([]);
    }, 120_000);
  });
}

/** All that the newest version of a table says about its files, as text. */
async function toldFiles(corpus: OpenCorpus, table: CorpusTable): Promise<string> {
  try {
    const snapshot = await (await corpus.table(table)).snapshot();
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

/** A row of the tables with variants in all places, by its id. */
function variantsEverywhere(id: string): JsonValue {
  const v = { key: Number(id) };
  return {
    id,
    v,
    array_of_variants: [v, null, v, null, v],
    struct_of_variants: { v },
    map_of_variants: { [id]: v, nullKey: null },
    array_of_struct_of_variants: [{ v }, { v: null }, null, { v }, null, { v }],
    struct_of_array_of_variants: { v: [null, v] },
  };
}

/** A row of the table with a shredded variant inside a struct. */
function nestedVariant(i: number): JsonValue {
  return { i, s: { v: { name: `item_${i}`, value: i } } };
}

async function allRows(snapshot: Snapshot, columns?: string[]): Promise<JsonValue[][]> {
  const rows: JsonValue[][] = [];
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const page = await snapshot.preview({ limit: offset < 2_000 ? 777 : 10_000, offset, columns });
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
