import type { IngestionPlan, ManifestFences, RunEvent, RunResult } from '@lakescope/cda';
import type { IngestionWork, RunOrder } from './ingestion-engine';
import type { EngineComplaint } from './engine.errors';

/** Keys as a thread gets them: in clear, by a message in memory. */
export interface ThreadKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

export interface ThreadEnd {
  readonly endpoint: string | null;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly keys: ThreadKeys;
  readonly role: { readonly arn: string; readonly externalId: string | undefined } | undefined;
  readonly bucket: string;
  readonly path: string;
}

/** Where connections may lead, as the environment of the app says. */
export interface ThreadEndpoints {
  readonly listed: readonly string[];
  readonly defaultEndpoint: string | undefined;
}

/** Work with both ends: a plan, or a run. */
export interface ThreadWork {
  readonly kind: 'work';
  readonly endpoints: ThreadEndpoints;
  /** A folder of this thread alone, which whoever has made the thread deletes after it. */
  readonly scratch: string;
  readonly source: ThreadEnd;
  readonly target: ThreadEnd;
  readonly request: IngestionWork['request'];
  /** Undefined: only a plan is wanted. */
  readonly run: Pick<RunOrder, 'jobId' | 'userId' | 'manifestEtag'> | undefined;
}

/** Only the manifest of a source is to be read. */
export interface ThreadReading {
  readonly kind: 'manifest';
  readonly endpoints: ThreadEndpoints;
  readonly source: ThreadEnd;
  readonly knownEtag: string | undefined;
}

/** What a thread is made with. */
export type ThreadOrder = ThreadWork | ThreadReading;

/** What a thread says. */
export type FromThread =
  | { readonly kind: 'events'; readonly events: readonly RunEvent[] }
  | { readonly kind: 'read'; readonly manifest: ManifestFences | 'not-modified' }
  | { readonly kind: 'planned'; readonly plan: IngestionPlan }
  | { readonly kind: 'ran'; readonly result: RunResult }
  | { readonly kind: 'failed'; readonly complaint: EngineComplaint }
  /** For the log alone. */
  | { readonly kind: 'crashed'; readonly name: string; readonly message: string; readonly stack: string | undefined };

/** What a thread is told: to stop at the next boundary, or that a message with events was taken. */
export type ToThread = { readonly kind: 'stop' } | { readonly kind: 'taken' };
