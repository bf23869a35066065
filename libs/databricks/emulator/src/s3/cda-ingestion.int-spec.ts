import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  LocalSource,
  LocalTarget,
  planIngestion,
  runIngestion,
  S3Source,
  S3Target,
  type RunOptions,
} from '@lakescope/cda';
import { DeltaEngine, DeltaTable, S3Objects, S3Storage } from '@lakescope/delta';
import { DuckDBInstance } from '@duckdb/node-api';
import { givenFolder } from '../testing/given-workspace';
import { givenS3, type GivenS3 } from '../testing/given-s3';

const bucket = 'lakescope-lake';
const T = (minute: number): number => 1_700_000_000_000 + minute * 60_000;

describe('ingestion of change data in S3', () => {
  let s3: GivenS3;
  let client: S3Client;
  let folder: string;
  let engine: DeltaEngine;
  let row: Buffer;

  beforeAll(async () => {
    s3 = await givenS3();
    client = s3.client();
    folder = await givenFolder();
    engine = await DeltaEngine.open({ cacheDirectory: join(folder, 'cache') });
    row = await parquetOf('SELECT 1::BIGINT AS id');
  });
  afterEach(() => s3.endpoint.faults.clear());
  afterAll(async () => {
    await engine.close();
    await s3.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function parquetOf(query: string): Promise<Buffer> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`COPY (${query}) TO '${join(folder, 'row.parquet')}' (FORMAT parquet, COMPRESSION snappy)`);
    connection.closeSync();
    instance.closeSync();
    return readFile(join(folder, 'row.parquet'));
  }

  async function put(key: string, body: Uint8Array | string): Promise<void> {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
  }

  async function givenFolderOf(lake: string, table: string, fingerprint: string, ms: number): Promise<void> {
    const root = `${lake}/${table}/${fingerprint}/${ms}`;
    await put(`${root}/part-00000.parquet`, row);
    await put(`${root}/part-00001 &+.parquet`, row);
    await put(`${root}/.cda/batch-metrics.json`, JSON.stringify({ numRecordsWritten: 2 }));
    await put(`${root}/_SUCCESS`, '');
  }

  async function givenManifest(lake: string, tables: Record<string, string[]>, fence = T(1_000)): Promise<void> {
    const entries = Object.entries(tables).map(([table, fingerprints]) => [
      table,
      {
        lastSuccessfulWriteTimestamp: String(fence),
        totalProcessedRecordsCount: 1,
        dataFilesPath: `s3a://${bucket}/${lake}/${table}/`,
        schemaHistory: Object.fromEntries(fingerprints.map((name, index) => [name, String(1_700_000_000_000 + index)])),
      },
    ]);
    await put(`${lake}/manifest.json`, JSON.stringify(Object.fromEntries(entries)));
  }

  const options = (lake: string, more: Partial<RunOptions> = {}): RunOptions => ({
    source: new S3Source({ client, bucket, prefix: lake, pauseMs: 20 }),
    manifestPath: 'manifest.json',
    target: new S3Target({ client, bucket, prefix: `${lake}-tables`, pauseMs: 20 }),
    mode: 'copy',
    runId: 'run-1',
    scratchDirectory: join(folder, 'scratch'),
    ...more,
  });

  const table = async (lake: string, name: string): Promise<DeltaTable> =>
    DeltaTable.open(engine, new S3Storage({ client, bucket, prefix: `${lake}-tables/${name}` }));

  /** The requests of some work, by method and path; those to the bucket itself are listings. */
  async function requestsOf<R>(work: () => Promise<R>): Promise<{ result: R; all: string[]; lists: number }> {
    s3.requestLog.clear();
    const result = await work();
    const all = s3.requestLog.entries().map(({ method, path }) => `${method} ${path.replace(/\/$/, '')}`);
    return { result, all, lists: all.filter((each) => each === `GET /${bucket}`).length };
  }

  it('copies within the store and makes tables that lie below their own folder', async () => {
    await givenFolderOf('copied', 'cc_claim', 'aa:bb', T(1));
    await givenFolderOf('copied', 'cc_claim', 'aa:bb', T(2));
    await givenManifest('copied', { cc_claim: ['aa:bb'] });

    const result = await runIngestion(options('copied'));

    expect(result).toMatchObject({
      outcome: 'completed',
      tables: [{ foldersDone: 2, rows: 4n, reconciliation: 'OK' }],
    });
    const snapshot = await (await table('copied', 'cc_claim')).snapshot();
    const { items } = await snapshot.files();
    expect(items.map(({ path }) => path)).toEqual(
      [T(1), T(2)].flatMap((ms) => [`aa:bb/${ms}/part-00000.parquet`, `aa:bb/${ms}/part-00001 &+.parquet`]),
    );
    expect((await snapshot.preview({ limit: 10 })).rows).toHaveLength(4);
  });

  it('points to the files of the source and reads no data of them', async () => {
    await givenFolderOf('referenced', 'cc_claim', 'aaaa', T(1));
    await givenManifest('referenced', { cc_claim: ['aaaa'] });

    await runIngestion(options('referenced', { mode: 'reference' }));

    const items = (await (await (await table('referenced', 'cc_claim')).snapshot()).files()).items;
    const root = `s3://${bucket}/referenced/cc_claim/aaaa/${T(1)}`;
    expect(items.map(({ path }) => path)).toEqual([`${root}/part-00000.parquet`, `${root}/part-00001 &+.parquet`]);
    expect(items[0]).toMatchObject({ numRecords: 1n, sizeBytes: BigInt(row.length) });
  });

  it('asks once whether a manifest is another one, and lists each fingerprint once when it is', async () => {
    const tables = { cc_claim: ['aaaa', 'bbbb'], cc_policy: ['aaaa'] };
    for (const [name, fingerprints] of Object.entries(tables)) {
      for (const fingerprint of fingerprints) await givenFolderOf('listed', name, fingerprint, T(1));
    }
    await givenManifest('listed', tables);
    const first = await runIngestion(options('listed', { mode: 'reference' }));
    expect(first.outcome).toBe('completed');

    const same = await requestsOf(() =>
      runIngestion(options('listed', { mode: 'reference', manifestEtag: first.manifestEtag })),
    );
    expect(same.all).toEqual([`GET /${bucket}/listed/manifest.json`]);
    expect(same.result).toMatchObject({ outcome: 'unchanged', manifestEtag: first.manifestEtag });

    await givenFolderOf('listed', 'cc_claim', 'bbbb', T(2));
    await givenManifest('listed', tables, T(1_001));
    const more = await requestsOf(() =>
      runIngestion(options('listed', { mode: 'reference', manifestEtag: first.manifestEtag })),
    );
    expect(more.result).toMatchObject({ outcome: 'completed', tables: [{ foldersDone: 1 }, { outcome: 'unchanged' }] });
    // One for each of the three fingerprints, and one for the end of each of the two tables' logs.
    expect(more.lists).toBe(5);
  });

  it('copies large files in parts, within the store and from a folder, and says when a copy is not whole', async () => {
    const large = Buffer.alloc(11 * 2 ** 20, 'x');
    await put('large/file', large);
    const objects = new S3Objects({ client, bucket, parts: { copy: 6 * 2 ** 20, send: 6 * 2 ** 20 }, pauseMs: 20 });

    const copied = await requestsOf(() =>
      objects.copy({ bucket, key: 'large/file', sizeBytes: large.length }, 'large/copy'),
    );
    const sent = await requestsOf(() =>
      objects.send('large/sent', large.length, async (offset, length) => large.subarray(offset, offset + length)),
    );

    for (const key of ['large/copy', 'large/sent']) {
      const read = await objects.read(key);
      expect(read !== 'not-modified' && large.equals(read.bytes)).toBe(true);
    }
    expect(copied.all).toHaveLength(4);
    expect(sent.all).toHaveLength(4);
    s3.endpoint.faults.add({ path: `/${bucket}/large/broken`, method: 'PUT', status: 403, times: 9 });
    await expect(
      objects.send('large/broken', large.length, async (offset, length) => large.subarray(offset, offset + length)),
    ).rejects.toMatchObject({ code: 'STORAGE_ACCESS_DENIED' });
  });

  it('goes on over a throttling store, and tells each table what it was refused', async () => {
    const tables = { cc_claim: ['aaaa'], cc_policy: ['aaaa'] };
    for (const name of Object.keys(tables)) await givenFolderOf('refused', name, 'aaaa', T(1));
    await givenManifest('refused', tables);
    s3.endpoint.faults.add({ pathPrefix: `/${bucket}/refused/cc_policy`, method: 'GET', status: 403, times: 9 });
    s3.endpoint.faults.add({ pathPrefix: `/${bucket}/refused-tables/cc_claim`, method: 'PUT', status: 503, times: 2 });

    const result = await runIngestion(options('refused'));

    expect(result).toMatchObject({
      outcome: 'completed_with_errors',
      manifestEtag: undefined,
      tables: [
        { table: 'cc_claim', outcome: 'completed', foldersDone: 1 },
        { table: 'cc_policy', outcome: 'failed', failure: { code: 'STORAGE_ACCESS_DENIED' } },
      ],
    });
  });

  it('takes change data from a folder into the store, and from the store into a folder', async () => {
    await givenFolderOf('moved', 'cc_claim', 'aaaa', T(1));
    await givenManifest('moved', { cc_claim: ['aaaa'] });
    const down = join(folder, 'down');

    await runIngestion(options('moved', { target: new LocalTarget(down) }));
    const plan = await planIngestion(options('moved', { target: new LocalTarget(down) }));

    expect(plan.tables).toMatchObject([{ state: 'up_to_date', lagMs: T(1_000) - T(1) }]);
    const copied = join(down, 'cc_claim/aaaa', String(T(1)));
    expect(row.equals(await readFile(join(copied, 'part-00000.parquet')))).toBe(true);
    expect(new LocalSource(down).uri).toBe(`file://${down}`);
  });
});
