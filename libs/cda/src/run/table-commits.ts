import type { FilesCommit, TableHead, TableWriter, TransactionId } from '@lakescope/delta';
import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { Cursors, FolderKey } from '../plan/cursors';
import { ENGINE, ENGINE_PROPERTY, MODE_PROPERTY } from '../plan/table-state';
import type { PreparedFolder } from './prepare-folder';
import type { RunOptions, SchemaChange } from './run-options';
import { SchemaFit } from './schema-fit';

/** Commits between two checkpoints of a table that is made here: others are read in a second, and a checkpoint is written at times only. */
const CHECKPOINT_INTERVAL = '100';

/** What became of the commit of a folder. */
export type FolderCommit =
  | { readonly version: number | undefined; readonly changes: readonly SchemaChange[] }
  /** Somebody else had ingested the folder, or put it aside, before. */
  | { readonly skipped: string };

/** Makes the versions of one table, one for each folder, and keeps its books in them. */
export class TableCommits {
  private readonly fit = new SchemaFit();
  /** As this run has last seen them. */
  private readonly seen: Map<string, number>;
  /** Put aside by this run and not yet in the log. */
  private asides: FolderKey[] = [];

  constructor(
    private readonly writer: TableWriter,
    private readonly cursors: Cursors,
    private readonly table: ManifestTable,
    private readonly options: RunOptions,
  ) {
    this.seen = cursors.all(writer.head);
  }

  /** The next commit tells that this folder was left out, so that nothing is lost in silence. */
  putAside(folder: FolderKey): void {
    this.asides.push(folder);
  }

  async folder(prepared: PreparedFolder): Promise<FolderCommit> {
    const { listed } = prepared;
    // Without columns there is no table; the next folder makes it, and its cursor passes this one.
    if (this.writer.head === undefined && prepared.columns.length === 0) return { version: undefined, changes: [] };
    let skipped: string | undefined;
    let changes: readonly SchemaChange[] = [];
    const version = await this.writer.commit((head) => {
      skipped = this.isDone(head, listed);
      if (skipped !== undefined) return undefined;
      const fit = this.fit.with(head, prepared.columns);
      ({ changes } = fit);
      return this.content(head, prepared, fit.changed);
    });
    if (skipped !== undefined) return { skipped };
    this.asides = [];
    this.seen.set(listed.fingerprint, this.cursors.of(this.writer.head, listed.fingerprint));
    return { version, changes };
  }

  /** One commit that empties the table and sets all it knows back to the start. Answers its version, undefined when another run has done so. */
  async rebuild(isNeeded: (head: TableHead | undefined) => boolean): Promise<number | undefined> {
    const version = await this.writer.commit((head) => {
      if (head === undefined || !isNeeded(head)) return undefined;
      const cursors = [...this.cursors.all(head).keys()].map((name) => ({
        appId: this.cursors.cursorId(name),
        version: 0,
      }));
      const asides = this.cursors.skipped(head).map((key) => ({ appId: this.cursors.skipId(key), version: 1 }));
      return {
        ...this.author(),
        files: [],
        removesAll: true,
        transactions: [...cursors, ...asides],
        operation: { name: 'WRITE', parameters: { mode: 'Overwrite', reason: 'the source was reset' } },
        info: { runId: this.options.runId, manifestHwm: String(this.table.fence) },
      };
    });
    this.seen.clear();
    return version;
  }

  /** Why a folder must not be committed any more, if so. TableFailed when the cursors went back meanwhile. */
  private isDone(
    head: TableHead | undefined,
    { fingerprint, ms, isRetry }: PreparedFolder['listed'],
  ): string | undefined {
    const key = { fingerprint, ms };
    if (isRetry) return this.cursors.isSkipped(head, key) ? undefined : 'Another run has ingested it meanwhile';
    const cursor = this.cursors.of(head, fingerprint);
    const seen = this.seen.get(fingerprint) ?? 0;
    // Also of what others did: else a rebuild that comes after it would not be noticed.
    this.seen.set(fingerprint, Math.max(seen, cursor));
    if (cursor < seen) {
      throw new TableFailed({
        code: 'RESET_MEANWHILE',
        message: 'Another run has begun to rebuild the table',
        advice: 'Let that run end.',
      });
    }
    if (cursor >= ms) return 'Another run has ingested it meanwhile';
    return this.cursors.isSkipped(head, key) ? 'Another run has put it aside meanwhile' : undefined;
  }

  private content(
    head: TableHead | undefined,
    { listed, files }: PreparedFolder,
    schema: FilesCommit['schema'],
  ): FilesCommit {
    return {
      ...this.author(),
      files,
      transactions: this.transactions(head, listed),
      schema,
      table: head === undefined ? this.description() : undefined,
      info: {
        cdaFolder: String(listed.ms),
        cdaFingerprint: listed.fingerprint,
        manifestHwm: String(this.table.fence),
        runId: this.options.runId,
      },
    };
  }

  private transactions(
    head: TableHead | undefined,
    { fingerprint, ms, isRetry }: PreparedFolder['listed'],
  ): TransactionId[] {
    const own: TransactionId[] = [];
    if (ms > this.cursors.of(head, fingerprint)) own.push({ appId: this.cursors.cursorId(fingerprint), version: ms });
    if (isRetry) own.push({ appId: this.cursors.skipId({ fingerprint, ms }), version: 1 });
    for (const aside of this.asides) {
      const appId = this.cursors.skipId(aside);
      // Who has passed the folder since has taken it in or put it aside. A 1 before that is from before a rebuild.
      const isPassed = this.cursors.of(head, aside.fingerprint) >= aside.ms;
      if (!isPassed && head?.transactions.get(appId) !== 0n) own.push({ appId, version: 0 });
    }
    return own;
  }

  private author(): { userName?: string; engineInfo: string } {
    return { userName: this.options.userName, engineInfo: 'Lakescope-CDA' };
  }

  private description(): FilesCommit['table'] {
    const { mode, source } = this.options;
    const warning = `Its files lie at ${source.uri} and belong to somebody else: never run VACUUM on it.`;
    return {
      name: this.table.table,
      description: mode === 'reference' ? `Change data of CDA. ${warning}` : 'Change data of CDA.',
      properties: {
        'delta.checkpointInterval': CHECKPOINT_INTERVAL,
        [ENGINE_PROPERTY]: ENGINE,
        [MODE_PROPERTY]: mode,
      },
    };
  }
}
