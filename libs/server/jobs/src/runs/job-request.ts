import { createHash } from 'node:crypto';
import type { ConnectionTarget } from '@lakescope/server-s3';
import type { IngestionRequestDto } from './ingestion-request.dto';
import type { JobConfigDto } from './job.dto';

/** What a job does, as its row keeps it: the request with nothing left open. There is no secret in it. */
export type JobRequest = JobConfigDto & {
  /** The listed names under which its owner was let in to the connection `default`; shown to nobody. */
  readonly admitted_as?: readonly string[];
};

/** What the API shows of a request, and what tells requests apart. */
export function shownRequest<T extends { readonly admitted_as?: readonly string[] }>({
  admitted_as: _,
  ...shown
}: T): Omit<T, 'admitted_as'> {
  return shown;
}

/** With the connections that were found for it. */
export function jobRequestOf(
  asked: IngestionRequestDto,
  { source, target }: { readonly source: ConnectionTarget; readonly target: ConnectionTarget },
): JobRequest {
  const admitted = [...new Set([...source.admittedAs, ...target.admittedAs])];
  return {
    source: { connection_id: source.id, uri: asked.source.manifest_uri },
    target: { connection_id: target.id, uri: asked.target.uri },
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
    ...(admitted.length === 0 ? {} : { admitted_as: admitted }),
  };
}

/** Tells whether two requests ask the same. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}
