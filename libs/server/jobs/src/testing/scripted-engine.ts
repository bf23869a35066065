import type { IngestionPlan, RunEvent, RunResult, TableResult } from '@lakescope/cda';
import {
  IngestionEngine,
  type EngineEnd,
  type IngestionWork,
  type ManifestReading,
  type RunControls,
  type RunOrder,
} from '../engine/ingestion-engine';

export type Script = (order: RunOrder, controls: RunControls) => Promise<RunResult>;

/** An engine that does what a test says, for what the queue makes of it; the real one has suites of its own. */
export class ScriptedEngine extends IngestionEngine {
  readonly orders: RunOrder[] = [];
  script: Script = () => Promise.resolve(resultOf('completed', []));

  /** What the manifests of sources say, by the paths of these. */
  readonly manifests = new Map<string, (knownEtag: string | undefined) => Promise<ManifestReading>>();

  override async manifest(
    source: EngineEnd,
    knownEtag: string | undefined,
    signal: AbortSignal,
  ): Promise<ManifestReading> {
    const read = this.manifests.get(source.path);
    if (read === undefined) throw new Error(`The test says nothing of ${source.path}`);
    const given = stopped(signal).then(() => Promise.reject(signal.reason as Error));
    return Promise.race([read(knownEtag), given]);
  }

  /** What plans were asked for. */
  readonly planned: IngestionWork[] = [];

  override plan(work: IngestionWork): Promise<IngestionPlan> {
    this.planned.push(work);
    return Promise.resolve({ manifestEtag: undefined, warnings: [], tables: [], folders: 0, files: 0, bytes: 0 });
  }

  override run(order: RunOrder, controls: RunControls): Promise<RunResult> {
    this.orders.push(order);
    return this.script(order, controls);
  }
}

/** A run that has looked at one table, and leaves nothing behind. */
export function doneWith(etag: string): Script {
  return async (_, { onEvents }) => {
    const result = { ...tableResult('cc_claim', 'completed'), fence: '1700000000000' };
    await onEvents([
      { type: 'manifest', etag, tables: [result.table], unchanged: false },
      { type: 'table-done', result },
    ]);
    return resultOf('completed', [result], etag);
  };
}

export function resultOf(outcome: RunResult['outcome'], tables: readonly TableResult[], etag?: string): RunResult {
  return { outcome, tables, manifestEtag: etag, durationMs: 1 };
}

export function tableResult(table: string, outcome: TableResult['outcome']): TableResult {
  return {
    table,
    outcome,
    foldersDone: 0,
    foldersFailed: 0,
    foldersSkipped: 0,
    foldersTotal: 0,
    rows: 0n,
    bytes: 0,
    files: 0,
    versions: undefined,
    fence: undefined,
    watermarks: {},
    schemaChanges: [],
    reconciliation: undefined,
    warnings: [],
    failure: undefined,
    durationMs: 1,
  };
}

export function folderDone(table: string, folder: number): RunEvent {
  return {
    type: 'folder-done',
    result: {
      table,
      fingerprint: 'f1',
      folder: String(1_700_000_000_000 + folder),
      version: folder,
      files: 2,
      rows: 16n,
      bytes: 1_024,
      durationMs: 3,
      reconciliation: 'OK',
      expectedRows: 16n,
      schemaChanges: [],
      warnings: [],
    },
  };
}

/** Waits until the signal fires. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
