import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection, type Json } from '@duckdb/node-api';
import { deltaType } from '../parquet/column';
import { InvalidSynthetic, type Disorder } from '../suite/disorder';
import { stepOf } from '../suite/history';
import { columnText, valueText } from '../suite/row-text';
import { SyntheticSuite } from '../suite/synthetic-suite';
import { FolderBucket } from './synthetic-bucket';
import { continueSuite, createSuite, openSuite } from './write-suite';

interface ManifestEntry {
  lastSuccessfulWriteTimestamp: string;
  totalProcessedRecordsCount: number;
  dataFilesPath: string;
  schemaHistory: Record<string, string>;
}

describe('a synthetic suite', () => {
  const roots: string[] = [];
  let duckdb: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    duckdb = await DuckDBInstance.create(':memory:', { threads: '1' });
    connection = await duckdb.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
  });
  afterAll(() => {
    connection.closeSync();
    duckdb.closeSync();
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  });

  const newRoot = (): string => {
    const root = mkdtempSync(join(tmpdir(), 'cda-synthetic-'));
    roots.push(root);
    return root;
  };
  const manifest = (root: string): Record<string, ManifestEntry> =>
    JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as Record<string, ManifestEntry>;
  const filesOf = (root: string): Map<string, string> =>
    new Map(
      globSync('**/*', { cwd: root, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => [path.slice(root.length), readFileSync(path, 'base64')]),
    );
  const query = async (sql: string): Promise<Record<string, Json>[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const created = async (
    disorders: readonly Disorder[],
    seed = 5,
    tables = 6,
  ): Promise<{ root: string; suite: SyntheticSuite }> => {
    const root = newRoot();
    const step = { disorders, minutes: 600 };
    return { root, suite: (await createSuite(new FolderBucket(root), { seed, tables, step })).suite };
  };

  it('is the same for the same seed, byte for byte, and another for another seed', async () => {
    const bucketOf = (root: string): FolderBucket => new FolderBucket(root, 's3://acme-cda/root');
    const [one, two, other] = [newRoot(), newRoot(), newRoot()];
    await createSuite(bucketOf(one), { seed: 7, tables: 12 });
    await createSuite(bucketOf(two), { seed: 7, tables: 12 });
    await createSuite(bucketOf(other), { seed: 8, tables: 12 });

    expect([...filesOf(two)].sort()).toEqual([...filesOf(one)].sort());
    expect(manifest(other)).not.toEqual(manifest(one));
  });

  it('says what its files hold: columns, types and every value, read by DuckDB', async () => {
    const { root, suite } = await created(['widened-type', 'added-column'], 11, 24);
    const types = new Set<string>();
    for (const { name } of suite.tables) {
      for (const folder of suite.expected(name).folders) {
        const path = `${root}/${name}/${folder.fingerprint}/${folder.folder}/*.parquet`;
        const columns = folder.columns.map(({ name: column, type }) => columnText({ name: column, type }));
        const rows = await query(`SELECT ${columns.join(', ')} FROM read_parquet('${path}')`);
        const expected = folder.files.flatMap((file) =>
          file.rows.map((row) => folder.columns.map(({ type }, index) => valueText(row[index] ?? null, type))),
        );
        expect(rows.map((row) => JSON.stringify(Object.values(row))).sort()).toEqual(
          expected.map((row) => JSON.stringify(row)).sort(),
        );
        for (const { type } of folder.columns) types.add(deltaType(type));
      }
    }
    expect([...types].sort()).toEqual(
      expect.arrayContaining([
        ...['boolean', 'date', 'decimal(18,2)', 'decimal(30,6)', 'decimal(9,2)', 'double', 'float'],
        ...['integer', 'long', 'string', 'timestamp'],
      ]),
    );
  });

  it('has bounds and nulls in the footers that are those of its values', async () => {
    const { root } = await created([], 3, 24);
    const wrong = await query(
      `SELECT m.file_name FROM parquet_metadata('${root}/*/*/*/*.parquet') m
        WHERE m.path_in_schema = 'id' AND (m.stats_min_value IS NULL OR m.stats_null_count <> 0)`,
    );
    const [file = ''] = globSync(`${root}/pc_account/*/*/part-00001*.parquet`);
    const [bounds] = await query(
      `SELECT min(id) lo, max(id) hi, min(accountnumber) least, max(accountnumber) most FROM read_parquet('${file}')`,
    );
    const footer = await query(
      `SELECT path_in_schema AS name, stats_min_value AS lo, stats_max_value AS hi FROM parquet_metadata('${file}')
        WHERE path_in_schema IN ('id', 'accountnumber') ORDER BY ALL`,
    );

    expect(wrong).toEqual([]);
    expect(footer).toEqual([
      { name: 'accountnumber', lo: bounds?.['least'], hi: bounds?.['most'] },
      { name: 'id', lo: bounds?.['lo'], hi: bounds?.['hi'] },
    ]);
  });

  it('looks like CDA: 32 hex digits, milliseconds, an empty first file, _SUCCESS, metrics, and a label', async () => {
    const { root, suite } = await created([]);
    for (const [table, entry] of Object.entries(manifest(root))) {
      expect(entry.dataFilesPath.replace(/\/$/, '')).toBe(`file://${root}/${table}`);
      for (const fingerprint of Object.keys(entry.schemaHistory)) {
        expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
        for (const folder of readdirSync(join(root, table, fingerprint))) {
          expect(folder).toMatch(/^\d{13}$/);
          const path = join(root, table, fingerprint, folder);
          const parts = readdirSync(path).sort();
          expect(parts.filter((name) => !name.startsWith('part-'))).toEqual(['.cda', '_SUCCESS']);
          const [counted] = await query(
            `SELECT count(*)::INT AS n FROM read_parquet('${path}/*.parquet')
              UNION ALL SELECT num_rows::INT FROM parquet_file_metadata('${path}/part-00000*.parquet')`,
          );
          const metrics = readFileSync(join(path, '.cda/batch-metrics.json'), 'utf8');
          expect(JSON.parse(metrics)).toMatchObject({ schemaId: fingerprint, numRecordsWritten: counted?.['n'] });
        }
      }
    }
    expect(readFileSync(join(root, 'SYNTHETIC.json'), 'utf8')).toContain('Invented data');
    expect(suite.tables).toHaveLength(6);
  });

  it('has sequence numbers that are wrong as text once they get longer', () => {
    const suite = new SyntheticSuite({
      seed: 1,
      tables: 3,
      start: 1.7e12,
      steps: [stepOf({ folders: 40, even: true })],
    });
    const texts = suite.expected('cc_claim').folders.flatMap(({ files, columns }) => {
      const index = columns.findIndex(({ name }) => name === 'gwcbi___seqval_hex');
      return files.flatMap(({ rows }) => rows.map((row) => String(row[index])));
    });

    expect([...new Set(texts.map(({ length }) => length))].sort()).toEqual([19, 20]);
    expect(new Set(texts.map((text) => BigInt(`0x${text}`))).size).toBe(texts.length);
  });

  it('reaches from 3 tables to 700, all of names of their own', async () => {
    const bucket = new FolderBucket(newRoot());
    const { suite } = await createSuite(bucket, { seed: 1, tables: 3 });
    const all = new SyntheticSuite({ ...suite.history, tables: 700 }).tables.map(({ name }) => name);

    expect(suite.tables.map(({ name }) => name)).toEqual(['pc_account', 'pc_policy', 'cc_claim']);
    expect(new Set(all).size).toBe(700);
    expect(all.filter((name) => !/^[a-z0-9_]+$/.test(name))).toEqual([]);
    await expect(createSuite(bucket, { seed: 1, tables: 701 })).rejects.toThrow(InvalidSynthetic);
  });

  it('goes on: what was there stays as it was, what is new is newer, the manifest moves on', async () => {
    const { root } = await created([]);
    const [before, old] = [filesOf(root), manifest(root)];

    const { folders, suite } = await continueSuite(new FolderBucket(root), { folders: 2, even: true });

    const after = filesOf(root);
    const changed = [...before].filter(([path, bytes]) => after.get(path) !== bytes).map(([path]) => path);
    expect(changed.sort()).toEqual(['/SYNTHETIC.json', '/manifest.json']);
    expect(folders).toBe(12);
    for (const { name } of suite.tables) {
      const fence = Number(manifest(root)[name]?.lastSuccessfulWriteTimestamp);
      expect(fence).toBeGreaterThan(Number(old[name]?.lastSuccessfulWriteTimestamp));
      const { folders: expected } = suite.expected(name);
      expect(expected.map(({ folder }) => Number(folder)).reduce((one, other) => Math.max(one, other))).toBe(fence);
    }
    expect((await openSuite(new FolderBucket(root))).history).toEqual(suite.history);
  });

  it('finishes what was half-written, and repairs what was truncated when it is asked to', async () => {
    const { root } = await created(['half-written', 'truncated-file']);
    const unreadable = async (): Promise<number> => {
      const files = globSync(`${root}/*/*/*/*.parquet`);
      const read = await Promise.allSettled(files.map((file) => query(`SELECT count(*) FROM read_parquet('${file}')`)));
      return read.filter(({ status }) => status === 'rejected').length;
    };

    expect(await unreadable()).toBe(2);
    await continueSuite(new FolderBucket(root));
    expect(await unreadable()).toBe(1);
    await continueSuite(new FolderBucket(root), { repair: true });
    expect(await unreadable()).toBe(0);
  });
});
