import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ThreadCode } from '@lakescope/server-jobs';
import { Database } from '@lakescope/server-persistence';
import { givenGrant, givenS3Connection, S3_OBJECT } from './given-s3';
import type { Persona, TestApi } from './test-api';

/** What is needed to ask for one. */
export function jobRequest(connectionId: string): Record<string, unknown> {
  return {
    source: { connection_id: connectionId, manifest_uri: `s3://${S3_OBJECT.bucket}/cda/manifest.json` },
    target: { connection_id: connectionId, uri: `s3://${S3_OBJECT.bucket}/raw` },
  };
}

/** A manifest without a table, and the code of the engine's thread where the server finds it. Answers the folder of that code. */
export async function givenEngine({ app, stack }: TestApi): Promise<string> {
  await mkdir('dist/.test', { recursive: true });
  const folder = await mkdtemp(join('dist/.test', 'thread-'));
  const file = resolve(folder, 'ingestion-thread.js');
  const entry = 'libs/server/jobs/src/engine/ingestion-thread.ts';
  await promisify(execFile)(process.execPath, ['apps/api/build-for-tests.mjs', file, entry]);
  app.get(ThreadCode).file = file;
  const { url: endpoint, region, rootKeys: credentials } = stack.workspace.s3;
  const storage = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await storage.send(new PutObjectCommand({ Bucket: S3_OBJECT.bucket, Key: 'cda/manifest.json', Body: '{}' }));
  storage.destroy();
  return folder;
}

/** A job of this person's that stands so, with one table that failed; nobody works on it. Answers its id. */
export async function givenJob(api: TestApi, as: Persona, status: 'pending' | 'failed'): Promise<string> {
  const jobId = randomUUID();
  const userId = api.stack.workspace.personas[as].userName;
  const request = {
    source: { connection_id: 'gone', uri: `s3://${S3_OBJECT.bucket}/cda/manifest.json` },
    target: { connection_id: 'gone', uri: `s3://${S3_OBJECT.bucket}/raw` },
    engine: 'embedded',
    mode: 'reference',
    include: null,
    exclude: null,
    parallel_tables: 4,
    enforce_fence: true,
    path_rewrite: null,
    on_poison: 'continue',
    resets: [],
    ignore_unchanged_manifest: false,
    retry_quarantined: false,
  };
  await api.app.get(Database).asSystem(async (tx) => {
    await tx.query(
      `INSERT INTO ingestion_jobs (job_id, user_id, status, request, manifest_uri, target_uri, pair_key, request_hash, correlation_id,
                                   ended_at)
       VALUES ($1, $2, $3, $4::jsonb, $5, $6, $1::uuid::text, 'h', 'c', CASE WHEN $3 = 'failed' THEN now() END)`,
      [jobId, userId, status, JSON.stringify(request), request.source.uri, request.target.uri],
    );
    await tx.query(
      `INSERT INTO ingestion_job_tables (job_id, table_name, user_id, status) VALUES ($1, 'cc_claim', $2, 'failed')`,
      [jobId, userId],
    );
  });
  return jobId;
}

/** A connection of the analyst's, who lets the administrator start jobs with it; answers its id. */
async function givenGrantedConnection(api: TestApi): Promise<string> {
  const connectionId = await givenS3Connection(api, 'analyst');
  await givenGrant(api, connectionId, 'analyst', api.stack.workspace.personas.admin.userName);
  return connectionId;
}

/** A schedule of this person's, who has a connection for it; answers its id. */
export async function givenSchedule(api: TestApi, as: Persona): Promise<string> {
  const scheduleId = randomUUID();
  const request = jobRequest(await givenS3Connection(api, as));
  await api.app.get(Database).asSystem((tx) =>
    tx.query(
      `INSERT INTO ingestion_schedules (schedule_id, user_id, name, cron, time_zone, paused, request)
       VALUES ($1::uuid, $2, $1::uuid::text, '0 3 * * *', 'UTC', true, $3::jsonb)`,
      [scheduleId, api.stack.workspace.personas[as].userName, JSON.stringify(request)],
    ),
  );
  return scheduleId;
}

const TIMES = { cron: '0 3 * * *', time_zone: 'UTC' };
export const TARGET = `s3://${S3_OBJECT.bucket}/raw`;

/** A source that the administrator ingests; answers how it is looked at. */
async function givenFeed(api: TestApi): Promise<{ target_uri: string }> {
  const userId = api.stack.workspace.personas.admin.userName;
  const connectionId = await givenS3Connection(api, 'admin');
  await api.app.get(Database).asSystem((tx) =>
    tx.query(
      `INSERT INTO ingestion_feeds (user_id, pair_key, manifest_uri, target_uri, source_connection_id) VALUES ($1, 'p', $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [userId, `s3://${S3_OBJECT.bucket}/cda/manifest.json`, TARGET, connectionId],
    ),
  );
  return { target_uri: TARGET };
}

/** What an operation on jobs is asked with. */
export async function jobBodyOf(api: TestApi, operation: string): Promise<unknown> {
  if (['startJob', 'planJob', 'checkJob'].includes(operation)) return jobRequest(await givenGrantedConnection(api));
  if (operation === 'previewSchedule') return TIMES;
  if (operation === 'createSchedule')
    return { ...TIMES, name: randomUUID(), request: jobRequest(await givenGrantedConnection(api)) };
  if (operation === 'updateSchedule') return { paused: true };
  if (operation === 'checkFreshness') return givenFeed(api);
  if (operation === 'deleteFreshness') await givenFeed(api);
  if (operation === 'putFreshnessThreshold') return { target_uri: TARGET, minutes: 60 };
  return operation === 'retryJob' ? {} : undefined;
}
