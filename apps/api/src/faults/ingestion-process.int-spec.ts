import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { S3Source, S3Target, verifyIngestion } from '@lakescope/cda';
import { createSuite, S3Bucket } from '@lakescope/cda-synthetic';
import { readEvents } from '@lakescope/client';
import { LocalStack, SeededRandom } from '@lakescope/server-testing';
import { Client } from 'pg';
import { ApiBundle, ApiProcess } from '../testing/api-process';

/** How often the process is killed in one run; 20 with FAULT_SCALE=20. */
const KILLS = Number(process.env['FAULT_SCALE'] ?? 1);
const TABLES = 3;
/** Of each table: enough to be killed among. */
const FOLDERS = 8 + 4 * KILLS;
const BUCKET = 'lakescope-lake';

type Json = Record<string, unknown>;

describe('an ingestion job whose process is killed', () => {
  const random = new SeededRandom();
  let stack: LocalStack;
  let bundle: ApiBundle;
  let database: Client;
  let storage: S3Client;
  let token: string;
  let api: ApiProcess;
  let url: string;

  beforeAll(async () => {
    [stack, bundle] = await Promise.all([LocalStack.start({ random }), ApiBundle.build()]);
    const thread = join(dirname(bundle.file), 'ingestion-thread.js');
    const entry = 'libs/server/jobs/src/engine/ingestion-thread.ts';
    await promisify(execFile)(process.execPath, ['apps/api/build-for-tests.mjs', thread, entry]);
    const { port, superuser: user, password, database: name } = stack.postgres;
    database = new Client({ host: '127.0.0.1', port, user, password, database: name });
    await database.connect();
    await database.query('SET search_path = lakescope');
    token = await stack.token('analyst');
    const { url: endpoint, region, rootKeys: credentials } = stack.workspace.s3;
    storage = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const step = { folders: FOLDERS, files: 2, rows: 1, even: true };
    await createSuite(new S3Bucket(storage, BUCKET, 'killed/cda'), { seed: random.below(1_000), tables: TABLES, step });
  }, 120_000);

  afterAll(async () => {
    await api.kill();
    storage.destroy();
    await database.end();
    await stack.stop();
    await bundle.remove();
  });

  it(`goes on by itself to its end, each folder exactly once, and is followed from before to after (seed ${random.seed})`, async () => {
    await start();
    const jobId = await begun();
    const follower = follow(jobId);
    // A commit takes so long that there is a middle.
    stack.workspace.s3.faults.add({ delayMs: 40 });
    for (let kill = 0; kill < KILLS; kill++) {
      const least = (await foldersOf(jobId)) + 1 + random.below(4);
      while ((await foldersOf(jobId)) < least) await delay(20);
      await delay(random.below(300));
      await api.kill();
      const { rows } = await database.query<{ status: string }>('SELECT status FROM ingestion_jobs');
      expect(rows).toEqual([{ status: 'running' }]);
      // Nobody has heard of it for as long as it takes.
      await database.query(`UPDATE ingestion_jobs SET seen_at = seen_at - interval '1 minute'`);
      await start();
    }
    stack.workspace.s3.faults.clear();
    let job: Json = {};
    while (!['completed', 'failed', 'completed_with_errors'].includes(String(job['status']))) {
      job = await ask('GET', `/jobs/${jobId}`);
      await delay(50);
    }
    const seen = await follower;

    expect(job).toMatchObject({ status: 'completed', failure: null });
    const end = (path: string) => ({ client: storage, bucket: BUCKET, prefix: `killed/${path}` });
    const proofs = [];
    const [source, target] = [new S3Source(end('cda')), new S3Target(end('raw'))];
    for await (const proof of verifyIngestion({ source, manifestPath: 'manifest.json', target })) proofs.push(proof);
    expect(proofs.map(({ verdict, folders, pendingFolders }) => ({ verdict, folders, pendingFolders }))).toEqual(
      Array.from({ length: TABLES }, () => ({ verdict: 'intact', folders: FOLDERS, pendingFolders: 0 })),
    );
    const { rows: kept } = await database.query<{ event_id: string }>(
      'SELECT event_id FROM ingestion_job_events ORDER BY event_id',
    );
    expect(seen).toEqual(kept.map(({ event_id }) => event_id));
    const { rows: told } = await database.query<{ status: string }>(
      `SELECT data ->> 'status' AS status FROM ingestion_job_events WHERE event = 'status' ORDER BY event_id`,
    );
    const again = Array.from({ length: KILLS }, () => ['interrupted', 'running']).flat();
    expect(told.map(({ status }) => status)).toEqual(['pending', 'running', ...again, 'completed']);
  }, 600_000);

  async function start(): Promise<void> {
    api = ApiProcess.start(bundle, stack.environment());
    url = await api.url();
    await api.says('Application startup complete');
  }

  async function begun(): Promise<string> {
    const { url: endpoint, rootKeys } = stack.workspace.s3;
    const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = rootKeys;
    const keys = { name: 'Lake', endpoint, access_key_id, secret_access_key };
    const { id: connection_id } = await ask('POST', '/s3/connections', keys);
    const { job_id } = await ask('POST', '/jobs', {
      source: { connection_id, manifest_uri: `s3://${BUCKET}/killed/cda/manifest.json` },
      target: { connection_id, uri: `s3://${BUCKET}/killed/raw` },
      parallel_tables: 2,
    });
    return String(job_id);
  }

  async function ask(method: string, path: string, json?: unknown): Promise<Json> {
    const headers = { 'X-Forwarded-Access-Token': token, 'Content-Type': 'application/json' };
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...body });
    return (await answer.json()) as Json;
  }

  async function foldersOf(jobId: string): Promise<number> {
    const { progress } = (await ask('GET', `/jobs/${jobId}`)) as { progress: { folders: { done: number } } };
    return progress.folders.done;
  }

  /** Ids of all events, by one reader that comes again with the last one whenever nobody answers. */
  async function follow(jobId: string): Promise<string[]> {
    const ids: string[] = [];
    const open = ({ headers = {} }: { headers?: Record<string, string> }): Promise<Response> =>
      fetch(`${url}/api/v1/jobs/${jobId}/events`, { headers: { 'X-Forwarded-Access-Token': token, ...headers } });
    for (;;) {
      try {
        for await (const { id } of readEvents(open, {}, { reconnectMs: 20, lastEventId: ids.at(-1) ?? '0' })) {
          ids.push(id ?? '');
        }
        return ids;
      } catch {
        // Killed, or not there yet.
        await delay(50);
      }
    }
  }
});
