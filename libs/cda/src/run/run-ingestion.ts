import type { CheckpointFailure, DeltaEngine } from '@lakescope/delta';
import { eachAtOnce } from '../at-once';
import { failureOf, TableFailed } from '../errors';
import { modeWarning } from '../plan/table-state';
import { readManifest, refuseOptions, tablesAtOnce, withEngine, type ReadManifest } from '../plan/open-ingestion';
import { EventStream } from './event-stream';
import type { IngestionFailure, RunOptions, RunOutcome, RunResult, TableResult } from './run-options';
import { PreparedBudget } from './prepared-budget';
import { Slots } from './slots';
import { TableRun, type RunContext } from './table-run';
import { TableTally } from './table-tally';

/** Reads and copies at once, over all tables: enough to hide the latency of a bucket, and few enough for its limits. */
const REQUESTS_AT_ONCE = 48;

/**
 * Ingests what is new: exactly one version of each table for every folder, however often a run is killed, and whoever else runs at the same
 * time. IngestionRefused when it could not begin; what goes wrong with one table is in its result and stops no other. When the signal of the
 * options is aborted the run ends at the next folders' boundaries with the outcome `cancelled`.
 */
export async function runIngestion(options: RunOptions): Promise<RunResult> {
  const startedAt = performance.now();
  await refuseOptions(options);
  const ended = new AbortController();
  let listenerFault: { error: unknown } | undefined;
  const events = new EventStream(options.onEvent, (error) => {
    listenerFault ??= { error };
    ended.abort();
  });
  const signal = options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
  try {
    const manifest = await readManifest(options, knownEtag(options));
    if (manifest === 'not-modified') return await unchanged(options, events, startedAt);
    const { etag } = manifest;
    await events.tell({ type: 'manifest', etag, tables: namesOf(manifest), unchanged: false });
    const warning = modeWarning(options.mode);
    if (warning !== undefined) await events.tell({ type: 'warning', table: undefined, warning });
    const tables = await ingestTables(manifest, { options, events, signal });
    if (listenerFault !== undefined) throw listenerFault.error;
    return {
      outcome: runOutcome(tables, signal.aborted),
      tables,
      manifestEtag: tables.every(isDone) && !signal.aborted ? etag : undefined,
      durationMs: Math.round(performance.now() - startedAt),
    };
  } catch (error) {
    throw listenerFault === undefined ? error : listenerFault.error;
  }
}

/** The same manifest means nothing new only where the manifest is what decides, and nothing old is to be tried again. */
function knownEtag(options: RunOptions): string | undefined {
  const isDecided = Object.keys(options.resets ?? {}).length > 0;
  const looksBeyond = options.enforceFence === false || options.retryQuarantined === true || isDecided;
  return looksBeyond ? undefined : options.manifestEtag;
}

async function unchanged({ manifestEtag }: RunOptions, events: EventStream, startedAt: number): Promise<RunResult> {
  await events.tell({ type: 'manifest', etag: manifestEtag, tables: [], unchanged: true });
  return { outcome: 'unchanged', tables: [], manifestEtag, durationMs: Math.round(performance.now() - startedAt) };
}

async function ingestTables(
  manifest: ReadManifest,
  { options, events, signal }: Omit<RunContext, 'engine' | 'slots' | 'prepared' | 'mayCommit' | 'manifestEtag'>,
): Promise<TableResult[]> {
  const results: TableResult[] = [];
  for (const { table, failure } of manifest.rejected) {
    const result = failedTable(table, failure);
    results.push(result);
    await events.tell({ type: 'table-done', result });
  }
  let kept: Promise<void> | undefined;
  const shared = {
    options,
    events,
    signal,
    manifestEtag: manifest.etag,
    slots: new Slots(REQUESTS_AT_ONCE),
    prepared: new PreparedBudget(),
    mayCommit: async (): Promise<void> => {
      kept ??= options.target.keepsWritersApart?.(signal).catch((error: unknown) => {
        // A target that could not be asked has not answered: the next table asks again.
        if (!(error instanceof TableFailed)) kept = undefined;
        throw error;
      });
      await kept;
    },
  };
  const failed: CheckpointFailure[] = [];
  await withEngine(
    options,
    (failure) => void failed.push(failure),
    async (engine: DeltaEngine) => {
      // The biggest first: what takes longest must not begin last.
      const tables = [...manifest.tables].sort((left, right) => compare(right.recordsCount, left.recordsCount));
      await eachAtOnce(tables, tablesAtOnce(options), async (table) => {
        results.push(await new TableRun({ ...shared, engine }, table).run());
        await tellCheckpoints(failed, events);
      });
      await engine.settled();
    },
  );
  await tellCheckpoints(failed, events);
  return results.sort((left, right) => (left.table < right.table ? -1 : 1));
}

/** A table without a new checkpoint is whole, and slower to read. */
async function tellCheckpoints(failed: CheckpointFailure[], events: EventStream): Promise<void> {
  for (const { location, version, error } of failed.splice(0)) {
    const message = `No checkpoint of version ${version} of ${location}: ${failureOf(error).message}`;
    await events.tell({ type: 'warning', table: undefined, warning: { code: 'CHECKPOINT_FAILED', message } });
  }
}

function failedTable(table: string, failure: IngestionFailure): TableResult {
  return new TableTally(table).result('failed', 0, {}, failure);
}

/** Whether nothing of a table is left for the next run. */
function isDone({ outcome, foldersSkipped }: TableResult): boolean {
  return (outcome === 'completed' || outcome === 'unchanged') && foldersSkipped === 0;
}

function runOutcome(tables: readonly TableResult[], isAborted: boolean): RunOutcome {
  if (isAborted) return 'cancelled';
  if (tables.length > 0 && tables.every(({ outcome }) => outcome === 'failed')) return 'failed';
  if (tables.some(({ outcome }) => outcome === 'failed' || outcome === 'completed_with_errors')) {
    return 'completed_with_errors';
  }
  return tables.every(({ outcome }) => outcome === 'unchanged') ? 'unchanged' : 'completed';
}

function namesOf({ tables }: ReadManifest): string[] {
  return tables.map(({ table }) => table);
}

function compare(left: bigint, right: bigint): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
