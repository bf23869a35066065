import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  planIngestion,
  runIngestion,
  S3Source,
  S3Target,
  verifyIngestion,
  type RunOptions,
  type TableVerification,
} from '@lakescope/cda';
import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { givenS3, type GivenS3 } from '../testing/given-s3';
import { LAKE_BUCKET } from './storage-location';

const HOUR_MS = 3_600_000;

/** Keys that may do less than an ingestion needs: every table that can be ingested is, and each of the others says what it was refused. */
describe('ingestion with keys of few rights', () => {
  let s3: GivenS3;
  let tables: string[];

  beforeAll(async () => {
    s3 = await givenS3();
    const bucket = new FolderBucket(join(s3.stateDirectory, 'tables/cda'), `s3://${LAKE_BUCKET}/cda`);
    const { suite } = await createSuite(bucket, { seed: 5, tables: 3, step: { even: true, folders: 2, files: 2 } });
    tables = suite.tables.map(({ name }) => name).sort();
  });
  afterEach(async () => {
    s3.endpoint.faults.clear();
    await rm(join(s3.stateDirectory, 'tables/made'), { recursive: true, force: true });
  });
  afterAll(() => s3.stop());

  const keys = (...paths: string[]): S3Client => {
    const [location = '', ...others] = paths.map((path) => `s3://${LAKE_BUCKET}/${path}`);
    return s3.client(s3.endpoint.issue({ location, others, readOnly: false, expiresInMs: HOUR_MS }));
  };
  const options = (source: S3Client, target: S3Client): RunOptions => ({
    source: new S3Source({ client: source, bucket: LAKE_BUCKET, prefix: 'cda', pauseMs: 5 }),
    manifestPath: 'manifest.json',
    target: new S3Target({ client: target, bucket: LAKE_BUCKET, prefix: 'made', pauseMs: 5 }),
    mode: 'reference',
    runId: 'run-1',
  });
  const proofs = async (asked: RunOptions): Promise<TableVerification[]> => {
    const found: TableVerification[] = [];
    for await (const proof of verifyIngestion(asked)) found.push(proof);
    return found.sort((left, right) => (left.table < right.table ? -1 : 1));
  };

  it('leaves out the table it may not read, and names the right', async () => {
    const [closed = '', ...open] = tables;
    const source = keys('cda/manifest.json', ...open.map((table) => `cda/${table}`));
    const asked = options(source, s3.client());

    const plan = await planIngestion(asked);
    expect(plan.tables.map(({ table, failure }) => [table, failure?.code])).toEqual([
      [closed, 'STORAGE_ACCESS_DENIED'],
      ...open.map((table) => [table, undefined]),
    ]);
    const { outcome, tables: results } = await runIngestion(asked);
    expect(outcome).toBe('completed_with_errors');
    expect(results.map((result) => result.outcome)).toEqual(['failed', ...open.map(() => 'completed')]);
    expect(results[0]?.failure).toMatchObject({
      message: expect.stringContaining('s3:ListBucket') as string,
      advice: 'Give the identity of the run the right that is named, and run again.',
    });
    expect((await proofs(asked)).map(({ verdict }) => verdict)).toEqual(['unverified', ...open.map(() => 'intact')]);
  });

  it('leaves out the table it may not write, and names the right', async () => {
    const [closed = '', ...open] = tables;
    const readable = s3.endpoint.issue({ location: `s3://${LAKE_BUCKET}/made`, readOnly: true, expiresInMs: HOUR_MS });
    const readOnly = await runIngestion(options(s3.client(), s3.client(readable)));
    expect(readOnly.outcome).toBe('failed');
    for (const { failure, foldersDone } of readOnly.tables) {
      expect([failure?.code, failure?.message, foldersDone]).toEqual([
        'STORAGE_ACCESS_DENIED',
        expect.stringContaining('s3:PutObject'),
        0,
      ]);
    }

    // Whether the store keeps writers apart is tried beside the tables.
    const target = keys('made/_lakescope', ...open.map((table) => `made/${table}`));
    const { tables: results } = await runIngestion(options(s3.client(), target));
    expect(results.map(({ table, outcome, failure }) => [table, outcome, failure?.code])).toEqual([
      [closed, 'failed', 'STORAGE_ACCESS_DENIED'],
      ...open.map((table) => [table, 'completed', undefined]),
    ]);
  });

  it('begins nothing with a wrong secret, at either end, and tells no secret', async () => {
    const { accessKeyId } = s3.endpoint.rootKeys;
    const wrong = s3.client(undefined, { credentials: { accessKeyId, secretAccessKey: 'not-the-secret-at-all' } });
    const refused = { code: 'STORAGE_CREDENTIALS_REJECTED' };

    const source = runIngestion(options(wrong, s3.client()));
    await expect(source).rejects.toMatchObject(refused);
    await expect(source).rejects.not.toThrow(/not-the-secret/);
    await expect(planIngestion(options(wrong, s3.client()))).rejects.toMatchObject(refused);
    const { outcome, tables: results } = await runIngestion(options(s3.client(), wrong));
    expect(outcome).toBe('failed');
    expect(results.map(({ failure }) => failure?.code)).toEqual(tables.map(() => refused.code));
    expect(JSON.stringify(results.map(({ failure }) => failure))).not.toContain('not-the-secret');
  });
});
