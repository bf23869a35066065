import { createHash } from 'node:crypto';
import type { IngestionRequestDto } from './ingestion-request.dto';
import type { JobConfigDto } from './job.dto';

/** What a job does, as its row keeps it: the request with nothing left open. There is no secret in it. */
export type JobRequest = JobConfigDto;

/** With the connections that were found for it. */
export function jobRequestOf(
  asked: IngestionRequestDto,
  connections: { readonly source: string; readonly target: string },
): JobRequest {
  return {
    source: { connection_id: connections.source, uri: asked.source.manifest_uri },
    target: { connection_id: connections.target, uri: asked.target.uri },
    engine: asked.engine,
    mode: asked.mode,
    include: asked.include ?? null,
    exclude: asked.exclude ?? null,
    parallel_tables: asked.parallel_tables,
    enforce_fence: asked.enforce_fence,
    path_rewrite: asked.path_rewrite ?? null,
    on_poison: asked.on_poison,
    resets: asked.resets ?? [],
    ignore_unchanged_manifest: asked.ignore_unchanged_manifest,
    retry_quarantined: false,
  };
}

/** Tells whether two requests ask the same. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
