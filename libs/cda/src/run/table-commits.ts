import type { FilesCommit, TableHead, TableWriter, TransactionId } from '@lakescope/delta';
import { TableFailed } from '../errors';
import type { ManifestTable } from '../manifest/manifest';
import type { Cursors, FolderKey } from '../plan/cursors';
import type { Resets } from '../plan/resets';
import type { TableBinding } from '../plan/table-binding';
import type { TargetCheck } from '../plan/table-state';
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

/** What a table is, and what of its state forbids to write to it. */
export interface TableRules {
  readonly cursors: Cursors;
  readonly binding: TableBinding;
  readonly target: TargetCheck;
  readonly resets: Resets;
}

/** Makes the versions of one table, one for each folder, and keeps its books in them. */
export class TableCommits {
  private readonly fit = new SchemaFit();
  /** As this run has last seen them. */
  private readonly seen: Map<string, number>;
  /** Put aside by this run and not yet in the log. */
  private asides: FolderKey[] = [];
  private readonly cursors: Cursors;
  /** Rebuilds of the table before this run, or by it. */
  private rebuilds: number;

  constructor(
    private readonly writer: TableWriter,
    private readonly rules: TableRules,
    private readonly table: ManifestTable,
    private readonly options: RunOptions,
  ) {
    this.cursors = rules.cursors;
    this.seen = this.cursors.all(writer.head);
    this.rebuilds = this.cursors.rebuilds(writer.head);
  }

  /** Where files are copied to, below the table: what older versions name is never written over by what came after a rebuild. */
  get copyRoot(): string {
    return this.rebuilds === 0 ? '' : `rebuild-${this.rebuilds}/`;
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
      // After a rebuild the source tells its columns anew: those that are gone are not kept, and wider types neither.
      const fit = this.fit.with(this.cursors.needsSchema(head) ? undefined : head, prepared.columns);
      ({ changes } = fit);
      return this.content(head, prepared, fit.changed);
    });
    if (skipped !== undefined) return { skipped };
    this.asides = [];
    this.seen.set(listed.fingerprint, this.cursors.of(this.writer.head, listed.fingerprint));
    return { version, changes };
  }

  /** One commit that empties the table and sets all it knows back to the start. Answers its version, undefined when another run has done so. */
  async rebuild(): Promise<number | undefined> {
    const version = await this.writer.commit((head) => {
      if (head === undefined || this.rules.resets.find(head) === undefined) return undefined;
      this.rules.target.stillFits(head);
      return {
        ...this.decision('Overwrite', 'the source was reset'),
        removesAll: true,
        transactions: this.cursors.forgetting(head),
        table: this.described(head),
      };
    });
    this.seen.clear();
    this.rebuilds = this.cursors.rebuilds(this.writer.head);
    return version;
  }

  /** One commit that says that somebody decided to go on, so that nobody is asked again. Answers as `rebuild` does. */
  async goOn(): Promise<number | undefined> {
    return this.writer.commit((head) => {
      if (head === undefined || this.rules.resets.find(head) === undefined) return undefined;
      this.rules.target.stillFits(head);
      return {
        ...this.decision('Append', 'somebody decided to continue after the source was reset'),
        transactions: this.rules.resets.continued(head),
        table: this.described(head),
      };
    });
  }

  private decision(mode: string, reason: string): FilesCommit {
    return {
      ...this.author(),
      files: [],
      operation: { name: 'WRITE', parameters: { mode, reason } },
      info: { runId: this.options.runId, manifestHwm: String(this.table.fence) },
    };
  }

  /** Why a folder must not be committed any more, if so. TableFailed when the cursors went back meanwhile. */
  private isDone(
    head: TableHead | undefined,
    { fingerprint, ms, isRetry }: PreparedFolder['listed'],
  ): string | undefined {
    this.rules.target.stillFits(head);
    const other = this.rules.binding.otherSource(head);
    if (other !== undefined) throw new TableFailed(other);
    const key = { fingerprint, ms };
    if (this.cursors.rebuilds(head) !== this.rebuilds) throw resetMeanwhile();
    if (isRetry) return this.cursors.isSkipped(head, key) ? undefined : 'Another run has ingested it meanwhile';
    const cursor = this.cursors.of(head, fingerprint);
    const seen = this.seen.get(fingerprint) ?? 0;
    // Also of what others did: else a rebuild that comes after it would not be noticed.
    this.seen.set(fingerprint, Math.max(seen, cursor));
    if (cursor < seen) throw resetMeanwhile();
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
      transactions: [
        ...this.transactions(head, listed),
        ...(schema !== undefined && this.cursors.needsSchema(head) ? [this.cursors.schemaTold(head)] : []),
      ],
      schema,
      table: this.described(head),
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

  /** What the table is to say of itself and does not say yet. */
  private described(head: TableHead | undefined): FilesCommit['table'] {
    const properties = this.rules.binding.missing(head);
    if (head !== undefined) return properties && { properties };
    const { mode, source } = this.options;
    const warning = `Its files lie at ${source.uri} and belong to somebody else: never run VACUUM on it.`;
    return {
      name: this.table.table,
      description: mode === 'reference' ? `Change data of CDA. ${warning}` : 'Change data of CDA.',
      properties: { 'delta.checkpointInterval': CHECKPOINT_INTERVAL, ...properties },
    };
  }
}

function resetMeanwhile(): TableFailed {
  return new TableFailed({
    code: 'RESET_MEANWHILE',
    message: 'Another run has begun to rebuild the table',
    advice: 'Let that run end.',
  });
}
