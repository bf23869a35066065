import type { IngestionPlan, ManifestFences, RunEvent, RunResult } from '@lakescope/cda';
import type { S3Target } from '@lakescope/server-s3';
import type { JobRequest } from '../runs/job-request';

/** One end of the work, with the keys it is reached with: in memory alone, never in a row, an argument or the environment. */
export interface EngineEnd {
  readonly target: S3Target;
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly path: string;
}

/** What an engine is to do. */
export interface IngestionWork {
  /** `path` is that of the manifest. */
  readonly source: EngineEnd;
  readonly target: EngineEnd;
  readonly request: Pick<
    JobRequest,
    | 'mode'
    | 'include'
    | 'exclude'
    | 'parallel_tables'
    | 'enforce_fence'
    | 'path_rewrite'
    | 'on_poison'
    | 'resets'
    | 'retry_quarantined'
  >;
}

export interface RunOrder extends IngestionWork {
  /** In every commit, so that a version tells which job wrote it. */
  readonly jobId: string;
  /** Whom the history of the tables names. */
  readonly userId: string;
  /** Of the manifest after the last run that left nothing behind. */
  readonly manifestEtag: string | undefined;
}

export interface RunControls {
  /** Stops at the next folder boundary. */
  readonly signal: AbortSignal;
  /** In order; the engine waits for the promise now and then, so that what was not taken yet stays bounded. */
  readonly onEvents: (events: readonly RunEvent[]) => Promise<void>;
}

export type { ManifestFences } from '@lakescope/cda';

/** What a manifest says, or that it is still the one that is known. */
export type ManifestReading = ManifestFences | 'not-modified';

/** What does the work of ingestion. */
export abstract class IngestionEngine {
  /** Reads the manifest of a source, and nothing else. Throws `EngineFailure`. */
  abstract manifest(source: EngineEnd, knownEtag: string | undefined, signal: AbortSignal): Promise<ManifestReading>;
  /** Throws `EngineFailure`. */
  abstract plan(work: IngestionWork, signal: AbortSignal): Promise<IngestionPlan>;
  /** Throws `EngineFailure`, or `EngineCrashed` where nobody knows how far it came; its tables tell. */
  abstract run(order: RunOrder, controls: RunControls): Promise<RunResult>;
}
