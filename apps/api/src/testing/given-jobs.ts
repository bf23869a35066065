import { randomUUID } from 'node:crypto';
import { Database } from '@lakescope/server-persistence';
import { givenS3Connection, S3_OBJECT } from './given-s3';
import type { Persona, TestApi } from './test-api';

/** What is needed to ask for one. */
export function jobRequest(connectionId: string): Record<string, unknown> {
  return {
    source: { connection_id: connectionId, manifest_uri: `s3://${S3_OBJECT.bucket}/cda/manifest.json` },
    target: { connection_id: connectionId, uri: `s3://${S3_OBJECT.bucket}/raw` },
  };
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

/** What an operation on jobs is asked with. */
export async function jobBodyOf(api: TestApi, operation: string): Promise<unknown> {
  if (operation === 'startJob' || operation === 'planJob') return jobRequest(await givenS3Connection(api, 'admin'));
  return operation === 'retryJob' ? {} : undefined;
}
