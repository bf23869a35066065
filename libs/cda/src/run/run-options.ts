import type { SourceStore } from '../source/source-store';
import type { TargetStore } from '../target/target-store';

/** `reference`: the tables point to the files where they are. `copy`: the files are copied beside the tables first. */
export type IngestionMode = 'reference' | 'copy';

/** What becomes of a table when one of its folders cannot be ingested. */
export type OnPoison = 'continue' | 'stop';

/** What somebody decided about a table whose source was reset: ingest it from its start, or go on from where its cursors are. */
export type ResetDecision = 'rebuild' | 'continue';

/** Replaces the beginning of each `dataFilesPath` of the manifest, for data that was copied from where it was written. */
export interface PathRewrite {
  readonly from: string;
  readonly to: string;
}

/** What is ingested from where, for a plan as for a run. */
export interface IngestionOptions {
  readonly source: SourceStore;
  /** Of `manifest.json`, relative to the root of the source. */
  readonly manifestPath: string;
  readonly target: TargetStore;
  readonly mode: IngestionMode;
  /** Globs of table names; all when left out. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Only folders up to the manifest's `lastSuccessfulWriteTimestamp` (default). Without it folders may be half-written. */
  readonly enforceFence?: boolean;
  readonly pathRewrite?: PathRewrite;
  readonly resets?: Readonly<Record<string, ResetDecision>>;
  /** Tables at once; default 4. */
  readonly parallelTables?: number;
  /** A folder of this process alone, for checkpoints that are put together; a temporary one when left out. */
  readonly scratchDirectory?: string;
  /** Stops at the next folder boundary: what is committed stays, nothing is half-done. */
  readonly signal?: AbortSignal;
}

/** What a run is asked to do, and who is told of it. */
export interface RunOptions extends IngestionOptions {
  /** In every commit's `commitInfo`, so that a version tells which run wrote it. */
  readonly runId: string;
  readonly onPoison?: OnPoison;
  /** Tries the folders again that earlier runs put aside. */
  readonly retryQuarantined?: boolean;
  /** ETag of the manifest after the last run that left nothing behind: the same again is nothing to do. */
  readonly manifestEtag?: string;
  /** Whom the history of the tables names. */
  readonly userName?: string;
  /** Called in order and never concurrently; a slow listener slows the run, one that throws ends it. */
  readonly onEvent?: (event: RunEvent) => void | Promise<void>;
}

/** How the rows of a folder compare with what its `.cda/batch-metrics.json` says was written. */
export type Reconciliation = 'OK' | 'MISMATCH' | 'METRICS_MISSING';

/** Something a person should know that stops nothing. `code` is stable, `message` a sentence. */
export interface IngestionWarning {
  readonly code: string;
  readonly message: string;
}

/** Why a table or folder was not ingested, and what to do about it. */
export interface IngestionFailure extends IngestionWarning {
  readonly advice: string;
}

/** A folder of one micro-batch. */
export interface FolderRef {
  readonly table: string;
  readonly fingerprint: string;
  /** Its name: epoch milliseconds of the batch. */
  readonly folder: string;
}

/** A column that a folder added or widened. */
export interface SchemaChange {
  readonly column: string;
  readonly kind: 'added' | 'widened';
  /** Delta's type text before; undefined for an added column. */
  readonly from?: string;
  readonly to: string;
}

/** A folder that was ingested. Sizes in bytes. */
export interface FolderResult extends FolderRef {
  /** The Delta version that holds it; undefined for an empty folder before there is a table. */
  readonly version: number | undefined;
  /** Data files of the folder, those without rows as well, which the table does not name. */
  readonly files: number;
  readonly rows: bigint;
  /** Of the files. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly reconciliation: Reconciliation;
  /** Rows that the metrics of the batch say were written. */
  readonly expectedRows: bigint | undefined;
  readonly schemaChanges: readonly SchemaChange[];
  readonly warnings: readonly IngestionWarning[];
}

/** How the work on a table ended; `completed_with_errors` when a folder of it was left behind. */
export type TableOutcome = 'completed' | 'completed_with_errors' | 'failed' | 'cancelled' | 'unchanged';

/** What a run did to one table. */
export interface TableResult {
  readonly table: string;
  readonly outcome: TableOutcome;
  readonly foldersDone: number;
  readonly foldersFailed: number;
  /** Found already ingested by another run meanwhile. */
  readonly foldersSkipped: number;
  readonly foldersTotal: number;
  readonly rows: bigint;
  readonly bytes: number;
  readonly files: number;
  /** First and last Delta version that this run wrote. */
  readonly versions: { readonly from: number; readonly to: number } | undefined;
  /** The manifest's `lastSuccessfulWriteTimestamp`; undefined where its entry of the table cannot be used. */
  readonly fence: string | undefined;
  /** Newest ingested folder by fingerprint. */
  readonly watermarks: Readonly<Record<string, string>>;
  readonly schemaChanges: readonly SchemaChange[];
  readonly reconciliation: Reconciliation | undefined;
  readonly warnings: readonly IngestionWarning[];
  readonly failure: IngestionFailure | undefined;
  readonly durationMs: number;
}

/** What a plan says of one table. */
export interface TablePlan {
  readonly table: string;
  readonly state: 'ready' | 'up_to_date' | 'blocked';
  readonly folders: number;
  readonly files: number;
  readonly bytes: number;
  /** Milliseconds between the newest ingested folder and the manifest's fence; undefined while nothing is ingested. */
  readonly lagMs: number | undefined;
  /** The manifest's `lastSuccessfulWriteTimestamp`. */
  readonly fence: string;
  readonly fingerprints: readonly string[];
  /** Folders that earlier runs put aside. */
  readonly quarantined: number;
  readonly warnings: readonly IngestionWarning[];
  /** Set when `blocked`. */
  readonly failure: IngestionFailure | undefined;
}

/** What a run would do now. Sizes in bytes. */
export interface IngestionPlan {
  readonly manifestEtag: string | undefined;
  /** What holds for all tables. */
  readonly warnings: readonly IngestionWarning[];
  readonly tables: readonly TablePlan[];
  readonly folders: number;
  readonly files: number;
  readonly bytes: number;
}

/** What happens in a run, in the order it happens; each table's own begin with `table-started` and end with `table-done`. */
export type RunEvent =
  | {
      readonly type: 'manifest';
      readonly etag: string | undefined;
      readonly tables: readonly string[];
      readonly unchanged: boolean;
    }
  | {
      readonly type: 'table-started';
      readonly table: string;
      readonly folders: number;
      readonly files: number;
      readonly bytes: number;
    }
  /** More folders were listed than were known; sent for tables with very many. */
  | {
      readonly type: 'table-progress';
      readonly table: string;
      readonly folders: number;
      readonly files: number;
      readonly bytes: number;
    }
  | { readonly type: 'folder-done'; readonly result: FolderResult }
  | { readonly type: 'folder-skipped'; readonly folder: FolderRef; readonly reason: string }
  | { readonly type: 'folder-failed'; readonly folder: FolderRef; readonly failure: IngestionFailure }
  | { readonly type: 'warning'; readonly table: string | undefined; readonly warning: IngestionWarning }
  | { readonly type: 'table-done'; readonly result: TableResult };

/** How a run ended; `failed` when every table failed, `unchanged` when there was nothing new. */
export type RunOutcome = 'completed' | 'completed_with_errors' | 'failed' | 'cancelled' | 'unchanged';

/** What a run did. */
export interface RunResult {
  readonly outcome: RunOutcome;
  readonly tables: readonly TableResult[];
  /** To remember for the next run; undefined unless nothing was left behind. */
  readonly manifestEtag: string | undefined;
  readonly durationMs: number;
}
