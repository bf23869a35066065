import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  LocalSource,
  LocalTarget,
  planIngestion,
  runIngestion,
  S3Source,
  S3Target,
  type RunOptions,
  type S3Place,
  type SourceObject,
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

  it.each(['reference', 'copy'] as const)(
    'stops before an object that is not the listed one any more (%s)',
    async (mode) => {
      const lake = `moved-${mode}`;
      for (const minute of [1, 2, 3]) await givenFolderOf(lake, 'cc_claim', 'aaaa', T(minute));
      await givenManifest(lake, { cc_claim: ['aaaa'] });
      const path = `cc_claim/aaaa/${T(2)}/part-00000.parquet`;
      const other = await parquetOf('SELECT 33::BIGINT AS id');
      const place = { client, bucket, prefix: lake, pauseMs: 20 };
      const move = async (at: string): Promise<void> => (at === path ? put(`${lake}/${path}`, other) : undefined);

      const afterListing = await runIngestion(
        options(lake, { mode, source: new MovingSource(place, { listed: move }) }),
      );
      expect(afterListing.tables).toMatchObject([{ foldersDone: 1, failure: { code: 'STORAGE_CHANGED' } }]);
      await put(`${lake}/${path}`, row);
      const source = new MovingSource(place, { read: move });
      const afterReading = await runIngestion(options(lake, { mode, source }));
      // What is only pointed to stays where it is, and whoever overwrites it later is found by verify.
      if (mode === 'copy')
        expect(afterReading.tables).toMatchObject([{ foldersDone: 0, failure: { code: 'STORAGE_CHANGED' } }]);

      await runIngestion(options(lake, { mode }));
      const snapshot = await (await table(lake, 'cc_claim')).snapshot();
      if (mode === 'copy') {
        const { rows } = await snapshot.preview({ limit: 10 });
        expect(rows.map(([id]) => Number(id)).sort()).toEqual([1, 1, 1, 1, 1, 33]);
      }
      expect((await snapshot.files()).items).toHaveLength(6);
    },
  );

  it.each([
    ['500', { status: 500 }, 'STORAGE_UNAVAILABLE'],
    ['throttle', { status: 503 }, 'STORAGE_THROTTLED'],
    ['cut-connection', { cut: 'connection' }, 'STORAGE_UNAVAILABLE'],
    ['cut-body', { cut: 'body' }, 'STORAGE_UNAVAILABLE'],
    ['expired-keys', { token: 'expired' }, 'STORAGE_CREDENTIALS_REJECTED'],
  ] as const)(
    'stops before a folder that cannot be read now, and puts nothing aside: %s',
    async (name, fault, code) => {
      const lake = `passing-${name}`;
      for (const minute of [1, 2, 3]) await givenFolderOf(lake, 'cc_claim', 'aaaa', T(minute));
      await givenManifest(lake, { cc_claim: ['aaaa'] });
      const path = `/${bucket}/${lake}/cc_claim/aaaa/${T(2)}/part-00000.parquet`;
      s3.endpoint.faults.add({ path, method: 'GET', ...fault });
      const asked = options(lake, { onPoison: 'continue', mode: 'reference' });

      const { tables } = await runIngestion(asked);

      expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 1, foldersFailed: 1, failure: { code } }]);
      s3.endpoint.faults.clear();
      const again = await runIngestion(asked);
      expect(again.tables).toMatchObject([{ outcome: 'completed', foldersDone: 2, versions: { from: 1, to: 2 } }]);
    },
  );

  it('knows its own commits again when their answers were lost, in this run or in the next', async () => {
    for (const minute of [1, 2, 3]) await givenFolderOf('lost', 'cc_claim', 'aaaa', T(minute));
    await givenManifest('lost', { cc_claim: ['aaaa'] });
    const commit = (version: number): string =>
      `/${bucket}/lost-tables/cc_claim/_delta_log/${String(version).padStart(20, '0')}.json`;
    const asked = options('lost', { mode: 'reference' });
    s3.endpoint.faults.add({ path: commit(0), method: 'PUT', status: 500, afterHandler: true, times: 1 });
    // Written, and nobody answers any more what it was.
    s3.endpoint.faults.add({ path: commit(1), method: 'PUT', cut: 'connection', afterHandler: true });
    s3.endpoint.faults.add({ path: commit(1), method: 'GET', cut: 'connection' });

    const { tables } = await runIngestion(asked);

    expect(tables).toMatchObject([{ outcome: 'failed', foldersDone: 1, failure: { code: 'WRITE_OUTCOME_UNKNOWN' } }]);
    s3.endpoint.faults.clear();
    const again = await runIngestion(asked);
    expect(again.tables).toMatchObject([{ outcome: 'completed', foldersDone: 1, versions: { from: 2, to: 2 } }]);
    expect((await (await (await table('lost', 'cc_claim')).snapshot()).files()).items).toHaveLength(6);
  });

  it('loses no folder to another runner over a store that shows late what was written', async () => {
    for (const minute of [1, 2, 3, 4, 5, 6]) await givenFolderOf('late', 'cc_claim', 'aaaa', T(minute));
    await givenManifest('late', { cc_claim: ['aaaa'] });
    const pathPrefix = `/${bucket}/late-tables/cc_claim/_delta_log/0`;
    s3.endpoint.faults.add({ pathPrefix, method: 'PUT', hideCreatedFor: 3 });

    const both = await Promise.all(
      ['one', 'other'].map((runId) => runIngestion(options('late', { mode: 'reference', runId }))),
    );
    s3.endpoint.faults.clear();
    const last = await runIngestion(options('late', { mode: 'reference' }));

    const done = [...both, last].flatMap(({ tables }) => tables.map(({ foldersDone }) => foldersDone));
    expect(done.reduce((sum, count) => sum + count)).toBe(6);
    const { items } = await (await (await table('late', 'cc_claim')).snapshot()).files();
    expect(new Set(items.map(({ path }) => path)).size).toBe(12);
    expect(items).toHaveLength(12);
  });

  it('makes conditions of ETags also where a listing leaves out their quotes', async () => {
    const entry = (key: string, etag: string): string => `<Contents><Key>${key}</Key><Size>1</Size>${etag}</Contents>`;
    const contents =
      entry('a/1', '<ETag>abc</ETag>') + entry('a/2', '<ETag>W/&quot;abc&quot;</ETag>') + entry('a/3', '');
    const odd = await givenOddStore((_, response) => response.end(`<ListBucketResult>${contents}</ListBucketResult>`));

    const listed = await collected(new S3Objects({ client: odd.client, bucket }).list('a/'));

    expect(listed.map(({ etag }) => etag)).toEqual(['"abc"', undefined, undefined]);
    odd.close();
  });

  it('writes no table where a second writer overwrites the first', async () => {
    await givenFolderOf('deaf', 'cc_claim', 'aaaa', T(1));
    await givenManifest('deaf', { cc_claim: ['aaaa'] });
    const puts: string[] = [];
    const deaf = await givenOddStore((request, response) => {
      if (request.method === 'PUT') puts.push(request.url ?? '');
      request.resume();
      const isKnown = puts.includes(request.url ?? '');
      const isListing = request.url?.includes('list-type') === true;
      response.statusCode = isListing || isKnown ? 200 : 404;
      response.end(isListing ? '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' : undefined);
    });
    const target = (of: S3Client): S3Target => new S3Target({ client: of, bucket, prefix: 'deaf-tables', pauseMs: 20 });

    const refused = await runIngestion(options('deaf', { target: target(deaf.client) }));

    expect(refused.tables).toMatchObject([{ foldersDone: 0, failure: { code: 'TARGET_OVERWRITES' } }]);
    expect(puts.filter((url) => !url.includes('_lakescope/conditional-writes'))).toEqual([]);
    for (const outcome of ['completed', 'unchanged']) {
      expect(await runIngestion(options('deaf', { target: target(client) }))).toMatchObject({ outcome });
    }
    deaf.close();
  });

  it('copies no object in parts that is another one by then, and leaves no upload', async () => {
    const large = Buffer.alloc(11 * 2 ** 20, 'x');
    await put('pinned/file', large);
    const objects = new S3Objects({ client, bucket, parts: { copy: 6 * 2 ** 20, send: 6 * 2 ** 20 }, pauseMs: 20 });
    const from = { bucket, key: 'pinned/file', sizeBytes: large.length, etag: '"0123456789abcdef0123456789abcdef"' };

    await expect(objects.copy(from, 'pinned/copy')).rejects.toMatchObject({ code: 'STORAGE_CHANGED' });
    await expect(objects.read('pinned/file', { ifMatch: from.etag })).rejects.toMatchObject({
      code: 'STORAGE_CHANGED',
    });

    expect(await objects.size('pinned/copy')).toBeUndefined();
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
    const [listed] = await collected(objects.list('pinned/'));
    expect((await objects.read('pinned/file', { ifMatch: listed?.etag })) === 'not-modified').toBe(false);
  });

  it.each(['', '<NextContinuationToken>again</NextContinuationToken>'])(
    'takes no listing for whole that says of itself that it is not (%s)',
    async (next) => {
      const page = `<ListBucketResult><IsTruncated>true</IsTruncated>${next}<Contents><Key>a/b</Key><Size>1</Size></Contents></ListBucketResult>`;
      const other = await givenOddStore((_, response) =>
        response.setHeader('content-type', 'application/xml').end(page),
      );

      const flat = collected(new S3Objects({ client: other.client, bucket, pauseMs: 1 }).list('a/'));
      const nested = collected(new S3Storage({ client: other.client, bucket, pauseMs: 1 }).list('a'));

      await expect(flat).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
      await expect(nested).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
      other.close();
    },
  );
});

/** Change data in which something happens behind the back of whoever lists or reads it. */
class MovingSource extends S3Source {
  constructor(
    place: S3Place,
    private readonly happens: { listed?: (path: string) => Promise<void>; read?: (path: string) => Promise<void> },
  ) {
    super(place);
  }

  override async *list(...asked: Parameters<S3Source['list']>): AsyncIterable<SourceObject> {
    for await (const object of super.list(...asked)) {
      await this.happens.listed?.(object.path);
      yield object;
    }
  }

  override async range(...asked: Parameters<S3Source['range']>): Promise<Uint8Array> {
    const bytes = await super.range(...asked);
    await this.happens.read?.(asked[0]);
    return bytes;
  }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A store that does not do what it should, and a client of it. */
async function givenOddStore(answer: RequestListener): Promise<{ client: S3Client; close: () => void }> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const close = (): void => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  };
  return { client, close };
}
