import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { S3Source, S3Target, verifyIngestion } from '@lakescope/cda';
import {
  Chance,
  columnText,
  continueSuite,
  createSuite,
  DISORDERS,
  expectedRows,
  FolderBucket,
  mergedColumns,
  type Disorder,
  type Step,
  type SyntheticFolder,
  type SyntheticSuite,
} from '@lakescope/cda-synthetic';
import { DeltaEngine, DeltaTable, duckdbType, rewrite, S3Storage } from '@lakescope/delta';
import { CdaProcesses } from '../testing/cda-processes';
import { givenS3, type GivenS3 } from '../testing/given-s3';
import { givenFolder } from '../testing/given-workspace';
import { LAKE_BUCKET } from './storage-location';

/** How many streams are ingested; 20 with FAULT_SCALE=20. */
const STREAMS = Number(process.env['FAULT_SCALE'] ?? 1);
const SEED = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const PATIENCE_MS = 180_000;
/** They stop a table, or take too long for each stream. */
const NOT_HERE: readonly Disorder[] = ['incompatible-type', 'pruned-fingerprint', 'manifest-rollback', 'many-folders'];

/**
 * Streams of changes that nobody thought of in a bucket, ingested by processes of the command line that are killed, two at a time and with
 * answers that get lost, while somebody rewrites what is there. What comes of it is held against what was written and what was proved.
 */
describe('any stream of changes in S3', () => {
  let s3: GivenS3;
  let folder: string;
  let client: S3Client;
  let engine: DeltaEngine;
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  let processes: CdaProcesses;
  let deaths = 0;

  beforeAll(async () => {
    [s3, folder] = await Promise.all([givenS3(), givenFolder()]);
    client = s3.client();
    const { accessKeyId, secretAccessKey } = s3.endpoint.rootKeys;
    processes = await CdaProcesses.open(folder, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: s3.endpoint.region,
      AWS_ENDPOINT_URL: s3.endpoint.url,
      TMPDIR: folder,
    });
    engine = await DeltaEngine.open({ cacheDirectory: join(folder, 'cache'), localRoots: [s3.stateDirectory] });
    instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
  });
  afterEach(() => s3.endpoint.faults.clear());
  afterAll(async () => {
    connection.closeSync();
    instance.closeSync();
    await engine.close();
    await s3.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(Array.from({ length: STREAMS }, (_, index) => [SEED + index]))(
    'is in the tables exactly once and in order, whoever dies or interferes: FAULT_SEED=%i',
    async (seed) => {
      const chance = new Chance('s3-stream', seed);
      const lake = `stream-${seed}`;
      const bucket = new FolderBucket(onDisk(lake), `s3://${LAKE_BUCKET}/${lake}`);
      const mode = chance.of(['reference', 'copy'] as const);
      const start = { seed: chance.below(2 ** 31), tables: 3 };
      let { suite } = await createSuite(bucket, { ...start, step: randomStep(chance) });
      for (let round = 1; ; round += 1) {
        await ingestWithDeaths(lake, mode, chance);
        await check(lake, suite);
        if (round === 2) break;
        await optimize(lake, chance.of(suite.tables).name);
        ({ suite } = await continueSuite(bucket, { ...randomStep(chance), repair: false }));
      }
    },
    PATIENCE_MS,
  );

  it('was met by enough deaths for this to mean something', () => {
    expect(deaths).toBeGreaterThanOrEqual(STREAMS);
  });

  async function ingestWithDeaths(lake: string, mode: string, chance: Chance): Promise<void> {
    const args = [`s3://${LAKE_BUCKET}/${lake}/manifest.json`, `s3://${LAKE_BUCKET}/${lake}-tables`, '--mode', mode];
    const told: string[] = [];
    const run = async (killAfter?: number): Promise<void> => {
      const { killed, done, failures } = await processes.run(args, killAfter);
      if (killed) deaths += 1;
      else expect(failures).toEqual([]);
      told.push(...done);
    };
    // The store does what it was asked to, and nobody hears of it.
    const toTables = { method: 'PUT', pathPrefix: `/${LAKE_BUCKET}/${lake}-tables/` };
    const lost = { ...toTables, afterHandler: true, times: 2 };
    s3.endpoint.faults.add({ ...lost, ...(chance.next() < 0.5 ? { cut: 'connection' as const } : { status: 500 }) });
    // Slow enough for a process to be met in the middle of its work.
    s3.endpoint.faults.add({ ...toTables, delayMs: 30 });
    // Alone first: of two, one may have nothing left to do before it is met.
    await run(1 + chance.below(2));
    await Promise.all([run(1 + chance.below(3)), run()]);
    s3.endpoint.faults.clear();
    await run();
    // Two that believe to have written the same folder would have written it twice.
    expect(told).toEqual([...new Set(told)]);
  }

  async function check(lake: string, suite: SyntheticSuite): Promise<void> {
    const source = new S3Source({ client, bucket: LAKE_BUCKET, prefix: lake });
    const target = new S3Target({ client, bucket: LAKE_BUCKET, prefix: `${lake}-tables` });
    for await (const proof of verifyIngestion({ source, target, manifestPath: 'manifest.json' })) {
      const folders = due(suite, proof.table);
      const damage = proof.findings.filter(({ severity }) => severity === 'damage');
      const isProved = ['intact', 'changed_by_others'].includes(proof.verdict);
      expect({ table: proof.table, folders: proof.folders, damage, isProved }).toEqual({
        ...{ table: proof.table, folders: folders.length, damage: [], isProved: true },
      });
      expect(await rowsOf(lake, proof.table, folders)).toEqual(expectedRows(folders, mergedColumns(folders)).sort());
    }
  }

  /** Folders that readers must have: whole ones up to the fence, but those that cannot be read. */
  function due(suite: SyntheticSuite, table: string): SyntheticFolder[] {
    const { folders, facts } = suite.expected(table);
    return folders.filter(
      ({ complete, folder: ms, files }) =>
        complete &&
        Number(ms) <= Number(facts.lastSuccessfulWriteTimestamp) &&
        !files.some(({ truncated }) => truncated),
    );
  }

  /** The rows of the newest version, as DuckDB reads them from the files behind the bucket. */
  async function rowsOf(lake: string, table: string, folders: readonly SyntheticFolder[]): Promise<string[]> {
    const files = await filesOf(lake, table);
    const columns = mergedColumns(folders).map(columnText).join(', ');
    if (files.length === 0) return [];
    const found = await connection.runAndReadAll(`SELECT ${columns} FROM ${parquet(files)}`);
    return found
      .getRowsJson()
      .map((row) => JSON.stringify(row))
      .sort();
  }

  async function filesOf(lake: string, table: string): Promise<string[]> {
    const snapshot = await (await tableOf(lake, table)).snapshot();
    const { items } = await snapshot.files({ limit: 10_000 });
    return items.map(({ path }) =>
      path.startsWith('s3://')
        ? onDisk(path.slice(`s3://${LAKE_BUCKET}/`.length))
        : onDisk(`${lake}-tables/${table}/${path}`),
    );
  }

  /** Somebody's OPTIMIZE: all files of a table into one. */
  async function optimize(lake: string, name: string): Promise<void> {
    const table = await tableOf(lake, name);
    const snapshot = await table.snapshot();
    const files = await filesOf(lake, name);
    if (files.length < 2) return;
    const columns = snapshot.schema.fields.map(
      (field) => `CAST("${field.name}" AS ${duckdbType(field.type)}) AS "${field.name}"`,
    );
    await rewrite(engine, table, {
      snapshot,
      files: files.map((_, index) => index),
      source: { files, format: 'parquet', query: `SELECT ${columns.join(', ')} FROM ${parquet(files)}` },
      operation: { name: 'OPTIMIZE', parameters: {} },
      metrics: () => ({}),
    });
  }

  function tableOf(lake: string, table: string): Promise<DeltaTable> {
    return DeltaTable.open(engine, new S3Storage({ client, bucket: LAKE_BUCKET, prefix: `${lake}-tables/${table}` }));
  }

  function onDisk(key: string): string {
    return join(s3.stateDirectory, 'tables', key);
  }
});

function parquet(files: readonly string[]): string {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
}

function randomStep(chance: Chance): Partial<Step> {
  const disorders = DISORDERS.filter((name) => !NOT_HERE.includes(name) && chance.next() < 0.3);
  return {
    disorders,
    minutes: 600,
    folders: 2 + chance.below(3),
    files: 2 + chance.below(2),
    rows: 1 + chance.below(4),
  };
}
