import { DeltaTable, TableWriter, type DeltaEngine } from '@lakescope/delta';
import { failureOf, PoisonedFolder, TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import { confirmedReset } from '../plan/confirmed-reset';
import { Cursors, type FolderKey } from '../plan/cursors';
import { dataFolder } from '../plan/data-folder';
import { FolderListing, type ListedFolder, type ListedRange } from '../plan/list-folders';
import { tablesAtOnce } from '../plan/open-ingestion';
import { EmptyPlace, type FolderPlace } from '../plan/nothing-found';
import { waitingWarning } from '../plan/plan-ingestion';
import { decisionFor, Resets } from '../plan/resets';
import { TableBinding } from '../plan/table-binding';
import { TargetCheck } from '../plan/table-state';
import type { EventStream } from './event-stream';
import { FolderQueue, listedAhead } from './folder-queue';
import { lookAround } from './look-around';
import { prepareFolder, type PreparedFolder } from './prepare-folder';
import { refuseFewerRows, refuseGone } from './retried-folder';
import type { FolderRef, IngestionFailure, RunOptions, TableOutcome, TableResult } from './run-options';
import type { PreparedBudget } from './prepared-budget';
import type { Slots } from './slots';
import { TableCommits, type TableRules } from './table-commits';
import { TableTally } from './table-tally';

/** Folders looked at ahead of the one that is committed. */
const PREPARED_AHEAD = 4;
/** Files of those folders: a few large folders are enough to be ahead. */
const PREPARED_FILES = 2_000;

/** What the tables of a run share. */
export interface RunContext {
  readonly options: RunOptions;
  readonly engine: DeltaEngine;
  readonly events: EventStream;
  /** For everything that is read or copied. */
  readonly slots: Slots;
  /** For what was looked at and waits for its commit. */
  readonly prepared: PreparedBudget;
  readonly signal: AbortSignal;
  /** Of the manifest that the run works by. */
  readonly manifestEtag: string | undefined;
  /** To be awaited before a commit: rejects when the target cannot keep writers apart. */
  readonly mayCommit: () => Promise<void>;
}

type Prepared =
  | { readonly listed: ListedFolder; readonly folder: PreparedFolder }
  | { readonly listed: ListedFolder; readonly error: unknown };

/** Ingests one table: its new folders, one version each, strictly in order, while those that come next are looked at. */
export class TableRun {
  private readonly tally: TableTally;
  private readonly cursors: Cursors;
  /** Fingerprints whose next folder is still being written. */
  private readonly waiting = new Set<string>();
  private writer: TableWriter | undefined;
  private queue: FolderQueue | undefined;
  /** Whether this run wrote down that somebody decided to continue. */
  private hasGoneOn = false;

  constructor(
    private readonly context: RunContext,
    private readonly table: ManifestTable,
  ) {
    this.tally = new TableTally(table.table, table.fence);
    this.cursors = new Cursors(table.table);
  }

  /** Never fails but for what ends the whole run: what goes wrong with a table is in its result. */
  async run(): Promise<TableResult> {
    let failure: IngestionFailure | undefined;
    try {
      await this.ingest(this.context.signal);
    } catch (error) {
      if (!this.context.signal.aborted) failure = failureOf(error);
    } finally {
      await this.queue?.close().catch(() => undefined);
    }
    const total = this.queue?.total.folders ?? 0;
    const watermarks = this.cursors.watermarks(this.writer?.head);
    const result = this.tally.result(this.outcome(failure), total, watermarks, failure);
    await this.context.events.tell({ type: 'table-done', result });
    return result;
  }

  private async ingest(signal: AbortSignal): Promise<void> {
    const { options, engine, events } = this.context;
    signal.throwIfAborted();
    const { source, target, enforceFence = true } = options;
    const folder = dataFolder(this.table, source.uri, options.pathRewrite);
    const storage = target.table(this.table.table);
    const writer = await TableWriter.open(engine, storage, { signal });
    this.writer = writer;
    const rules = this.rules();
    await rules.target.opened(writer.head, async () => {
      const existing = await DeltaTable.open(engine, storage, { signal });
      return (await existing.snapshot({}, { signal })).numFiles > 0;
    });
    const commits = new TableCommits(writer, rules, this.table, options);
    const fence = enforceFence ? this.table.fence : undefined;
    const place = { folder, fingerprints: this.table.fingerprints.map(({ name }) => name), fence };
    await this.decideReset(commits, rules.resets, place);
    const skipped = this.cursors.skipped(writer.head);
    const retried =
      options.retryQuarantined === true ? skipped.filter(({ ms }) => fence === undefined || ms <= fence) : [];
    if (skipped.length > retried.length) this.tally.leftBehind = true;
    const range = {
      ...place,
      cursorOf: (fingerprint: string) => this.cursors.of(writer.head, fingerprint),
      retried,
      isSkipped: (key: FolderKey) => this.cursors.isSkipped(writer.head, key),
    };
    const listing = new FolderListing(source, range, signal);
    this.queue = new FolderQueue(listing, listedAhead(tablesAtOnce(options)));
    await this.queue.fill();
    if (this.queue.total.folders > 0) {
      await events.tell({ type: 'table-started', table: this.table.table, ...this.queue.total });
      await this.context.mayCommit();
      await this.ingestAll(this.queue, listing, commits);
    }
    for (const warning of listing.warnings) await this.warn(warning);
    await this.lookAround(listing, range, signal);
  }

  private async lookAround(listing: FolderListing, range: ListedRange, signal: AbortSignal): Promise<void> {
    const books = { head: this.writer?.head, cursors: this.cursors, hasGoneOn: this.hasGoneOn };
    const seen = await lookAround(
      { table: this.table, source: this.context.options.source, listing, range, ...books },
      signal,
    );
    for (const warning of seen.warnings) await this.warn(warning);
    if (seen.leftBehind) this.tally.leftBehind = true;
  }

  private rules(): TableRules {
    const { mode, enforceFence = true } = this.context.options;
    const { table, cursors } = this;
    const binding = new TableBinding(table, mode);
    const target = new TargetCheck(cursors, binding);
    return { cursors, binding, target, resets: new Resets(table, cursors, binding, enforceFence) };
  }

  private async decideReset(commits: TableCommits, resets: Resets, place: FolderPlace): Promise<void> {
    const { options, signal, manifestEtag: etag } = this.context;
    const reset = await confirmedReset(resets, this.writer?.head, { table: this.table, etag, options });
    if (reset === undefined) return;
    const decision = decisionFor(options.resets, this.table.table);
    if (decision === undefined) throw new TableFailed(reset);
    if (decision === 'rebuild') await new EmptyPlace(this.table, options.source, place, signal).refuseRebuild();
    await this.context.mayCommit();
    const version = decision === 'continue' ? await commits.goOn() : await commits.rebuild();
    if (version === undefined) return;
    this.tally.wrote(version);
    this.hasGoneOn = decision === 'continue';
  }

  private async ingestAll(queue: FolderQueue, listing: FolderListing, commits: TableCommits): Promise<void> {
    const own = new AbortController();
    const signal = AbortSignal.any([this.context.signal, own.signal]);
    const ahead: { readonly files: number; readonly prepared: Promise<Prepared> }[] = [];
    const budget = this.context.prepared;
    try {
      for (;;) {
        await this.lookAhead(queue, listing, ahead, commits.copyRoot, signal);
        const [next] = ahead;
        if (next === undefined) {
          // All that was listed waits for `_SUCCESS`; behind it there may be more, of other fingerprints.
          if (await queue.fill()) continue;
          return;
        }
        if (queue.isLow && (await queue.fill())) await this.tellProgress(queue);
        const prepared = await next.prepared;
        signal.throwIfAborted();
        await this.commit(prepared, commits);
        ahead.shift();
        budget.give(next.files);
      }
    } finally {
      own.abort();
      // Copies that go on after the end of a run might meet those of the next one.
      for (const { files, prepared } of ahead) {
        await prepared;
        budget.give(files);
      }
    }
  }

  /** Begins to look at the next folders, as far as there is room for it. */
  private async lookAhead(
    queue: FolderQueue,
    listing: FolderListing,
    ahead: { files: number; prepared: Promise<Prepared> }[],
    copyRoot: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { prepared: budget } = this.context;
    let filesAhead = ahead.reduce((sum, { files }) => sum + files, 0);
    while (ahead.length < PREPARED_AHEAD && filesAhead < PREPARED_FILES) {
      const listed = queue.next;
      if (listed === undefined) return;
      if (await this.mustWait(listed, listing)) {
        queue.take();
        continue;
      }
      const files = listed.files.length;
      if (ahead.length === 0) await budget.take(files);
      else if (!budget.tryTake(files)) return;
      queue.take();
      filesAhead += files;
      ahead.push({ files, prepared: this.prepared(listed, copyRoot, signal) });
    }
  }

  /** A folder without the `_SUCCESS` that others have is still being written, and all that comes after it must wait for it; not so a retry. */
  private async mustWait(listed: ListedFolder, listing: FolderListing): Promise<boolean> {
    if (!listed.isRetry && this.waiting.has(listed.fingerprint)) return true;
    const isUnfit = listed.unfit !== undefined && listed.unfit.unfit !== 'gone';
    if (isUnfit || !listing.isIncomplete(listed)) return false;
    if (!listed.isRetry) this.waiting.add(listed.fingerprint);
    this.tally.leftBehind = true;
    await this.warn(waitingWarning(listed));
    return true;
  }

  /** Never rejects: what goes wrong is looked at when it is the folder's turn. */
  private async prepared(listed: ListedFolder, copyRoot: string, signal: AbortSignal): Promise<Prepared> {
    const { options, slots } = this.context;
    try {
      if (listed.isRetry) refuseGone(listed);
      const folder = await prepareFolder({ ...options, copyRoot }, this.table.table, listed, slots, signal);
      if (listed.isRetry) refuseFewerRows(folder);
      return { listed, folder };
    } catch (error) {
      return { listed, error };
    }
  }

  private async commit(prepared: Prepared, commits: TableCommits): Promise<void> {
    const { listed } = prepared;
    if ('error' in prepared) return this.failed(listed, prepared.error, commits);
    const { folder } = prepared;
    let done: Awaited<ReturnType<TableCommits['folder']>>;
    try {
      done = await commits.folder(folder);
    } catch (error) {
      return this.failed(listed, error, commits);
    }
    if ('skipped' in done) {
      this.tally.skipped += 1;
      await this.context.events.tell({ type: 'folder-skipped', folder: this.ref(listed), reason: done.skipped });
      return;
    }
    const result = {
      ...this.ref(listed),
      version: done.version,
      files: listed.files.length,
      rows: folder.rows,
      bytes: listed.bytes,
      durationMs: Math.round(performance.now() - folder.startedAt),
      reconciliation: folder.reconciliation,
      expectedRows: folder.expectedRows,
      schemaChanges: done.changes,
      warnings: folder.warnings,
    };
    this.tally.add(result);
    await this.context.events.tell({ type: 'folder-done', result });
  }

  /** A poisoned folder is put aside where that is wanted; anything else ends the table here. */
  private async failed(listed: ListedFolder, error: unknown, commits: TableCommits): Promise<void> {
    if (this.context.signal.aborted) throw error;
    const failure = failureOf(error);
    this.tally.failed += 1;
    await this.context.events.tell({ type: 'folder-failed', folder: this.ref(listed), failure });
    const isPutAside = error instanceof PoisonedFolder && this.context.options.onPoison !== 'stop';
    if (!isPutAside) throw error;
    this.tally.leftBehind = true;
    if (!listed.isRetry) commits.putAside(listed);
  }

  private async tellProgress(queue: FolderQueue): Promise<void> {
    await this.context.events.tell({ type: 'table-progress', table: this.table.table, ...queue.total });
  }

  private async warn(warning: { code: string; message: string }): Promise<void> {
    this.tally.warn(warning);
    await this.context.events.tell({ type: 'warning', table: this.table.table, warning });
  }

  private outcome(failure: IngestionFailure | undefined): TableOutcome {
    if (failure !== undefined) return 'failed';
    if (this.context.signal.aborted) return 'cancelled';
    if (this.tally.leftBehind) return 'completed_with_errors';
    const isUntouched = (this.queue?.total.folders ?? 0) === 0 && !this.tally.hasWritten;
    return isUntouched ? 'unchanged' : 'completed';
  }

  private ref({ fingerprint, ms }: ListedFolder): FolderRef {
    return { table: this.table.table, fingerprint, folder: String(ms) };
  }
}
