import { randomUUID } from 'node:crypto';
import { CommitConflict, InvalidRequest } from '../errors';
import { refuseUnchangeable, refuseUnwritable } from '../features/writer-features';
import type { LogFile } from '../log/actions';
import { inCommitStart } from '../log/commit-times';
import { LogState } from '../log/log-state';
import type { StructType } from '../schema/types';
import type { Storage } from '../storage/storage';
import type { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import type { TableMetadata } from '../table/snapshot';
import { putCommit, type AddedFile, type CommitContent } from './commit';
import { attemptCommit } from './commit-attempts';
import { refuseBadSchema, refuseUnknownProperties } from './create-table';
import { hasChangedType, protocolFor } from './schema-protocol';
import { WriterHead, type TableHead } from './table-head';
import type { ExistingFile, FilesCommit } from './write-options';

/** So long after it was seen the head of a table is read again. No log is cleaned up of what is younger. */
const SURE_MS = 600_000;

/**
 * Commits files that are there already, one version after another, to a table that need not be there yet. The head of the table is held in
 * memory: a commit is one request as long as nobody else commits, and no version is rebuilt. One commit at a time; any number of other
 * writers may write to the table meanwhile.
 */
export class TableWriter {
  private isWritable = false;
  /** Epoch milliseconds at which `known` was the newest version for sure. */
  private seenAt: number;

  private constructor(
    private readonly engine: DeltaEngine,
    readonly storage: Storage,
    private known: WriterHead | undefined,
    now: number,
  ) {
    this.seenAt = now;
  }

  /** Reads the head of the table, if there is a table. TableCorrupt when the log cannot tell it. */
  static async open(
    engine: DeltaEngine,
    storage: Storage,
    options: { signal?: AbortSignal } = {},
  ): Promise<TableWriter> {
    const now = Date.now();
    const state = await engine.heads.read(storage, options.signal);
    return new TableWriter(engine, storage, state && WriterHead.of(state, storage.location), now);
  }

  /** The newest version as far as this writer has seen it; undefined while there is no table. */
  get head(): TableHead | undefined {
    return this.known;
  }

  /**
   * Commits what `prepare` makes of the newest head, and answers the version; undefined when it makes nothing. When another writer was faster,
   * `prepare` is asked again with the head as that one left it, and must look there whether its work is still to be done. CommitConflict
   * METADATA when another table took the place of this one, BUSY when other writers never let this one through; UnsupportedTableFeature
   * when the table asks of its writers what this one does not do. An abort ends waiting and reading; a commit that has begun is not undone.
   */
  async commit(
    prepare: (head: TableHead | undefined) => FilesCommit | undefined,
    options: { signal?: AbortSignal } = {},
  ): Promise<number | undefined> {
    return attemptCommit(async (tries) => {
      const now = Date.now();
      if (Math.abs(now - this.seenAt) > SURE_MS) await this.readAgain(options.signal);
      else if (tries > 0) await this.catchUp(options.signal);
      const commit = prepare(this.known);
      if (commit === undefined) return undefined;
      const properties = this.known?.metadata.properties ?? {};
      const version = (this.known?.version ?? -1) + 1;
      const content = await this.contentOf(commit, options.signal);
      await putCommit(this.storage, version, content);
      if (this.known === undefined) this.known = WriterHead.created(content);
      else this.known.advance(version, content);
      this.seenAt = now;
      if (version > 0) this.checkpointWhenDue(version, properties);
      return version;
    }, options.signal);
  }

  private async contentOf(commit: FilesCommit, signal: AbortSignal | undefined): Promise<CommitContent> {
    const head = this.known;
    if (head !== undefined && !this.isWritable) refuseUnwritable(head.protocol, head.schema, head.metadata.properties);
    this.isWritable = true;
    const metadata = changedMetadata(head, commit);
    const protocol = metadata && protocolFor(head?.protocol, metadata.schema);
    const partitionColumns = head?.metadata.partitionColumns ?? [];
    const removed = commit.removesAll === true ? await this.allFiles(signal) : [];
    return {
      operation: commit.operation?.name ?? 'WRITE',
      operationParameters: commit.operation?.parameters ?? {
        mode: commit.removesAll === true ? 'Overwrite' : 'Append',
        partitionBy: JSON.stringify(partitionColumns),
      },
      author: commit,
      info: commit.info,
      readVersion: head?.version,
      isBlindAppend: commit.removesAll !== true && (head === undefined || metadata === undefined),
      inCommitTimestamp: inCommitTime(head),
      protocol: protocol === head?.protocol ? undefined : protocol,
      metadata,
      transactions: commit.transactions ?? [],
      removed,
      files: commit.files.map((file) => addedFile(file, partitionColumns)),
    };
  }

  private async allFiles(signal: AbortSignal | undefined): Promise<readonly LogFile[]> {
    if (this.known === undefined) return [];
    const { version, protocol, metadata } = this.known;
    refuseUnchangeable(protocol, metadata.properties);
    const table = await DeltaTable.open(this.engine, this.storage, { signal });
    return (await table.snapshot({ version }, { signal })).allFiles({ signal });
  }

  /**
   * A writer that was paused must not trust that the version after its own is free because its name is: others may have gone on and cleaned up
   * their log since, and what is written there is read by nobody.
   */
  private async readAgain(signal: AbortSignal | undefined): Promise<void> {
    const now = Date.now();
    const state = await this.engine.heads.read(this.storage, signal);
    if (this.known === undefined) this.known = state && WriterHead.of(state, this.storage.location);
    else this.takeOver(this.known, state);
    this.seenAt = now;
  }

  private async catchUp(signal: AbortSignal | undefined): Promise<void> {
    const since = new LogState(this.known?.version ?? -1, undefined);
    if ((await this.engine.heads.catchUp(this.storage, since, signal)) === 0) return;
    if (this.known === undefined) {
      this.known = WriterHead.of(since, this.storage.location);
      return;
    }
    this.takeOver(this.known, since);
  }

  private takeOver(known: WriterHead, state: LogState | undefined): void {
    const id = state?.metadata?.id ?? known.metadata.id;
    // A table does not go back.
    if (state === undefined || id !== known.metadata.id || state.version < known.version) {
      throw new CommitConflict('METADATA', `Another table took the place of the one at ${this.storage.location}`);
    }
    if (state.version > known.version && known.follow(state)) this.isWritable = false;
  }

  private checkpointWhenDue(version: number, properties: Readonly<Record<string, string>>): void {
    const { engine, storage } = this;
    const snapshot: DeltaTable['snapshot'] = async (at, options) =>
      (await DeltaTable.open(engine, storage, options)).snapshot(at, options);
    engine.checkpoints.afterCommit({ storage, snapshot }, version, properties);
  }
}

/** The metadata of the table after this commit; undefined when it stays what it was. */
function changedMetadata(
  head: TableHead | undefined,
  commit: FilesCommit,
): (TableMetadata & { schema: StructType }) | undefined {
  const schema = commit.schema ?? head?.schema;
  if (schema === undefined) throw new InvalidRequest('The first commit of a table needs its schema');
  if (head !== undefined && commit.schema === undefined && commit.table === undefined) return undefined;
  if (schema !== head?.schema) refuseBadSchema(schema);
  const added = commit.table?.properties ?? {};
  refuseUnknownProperties(added);
  // Types may only be widened where the table says that it allows it (PROTOCOL.md, "Type Widening").
  const widening: Record<string, string> = hasChangedType(schema) ? { 'delta.enableTypeWidening': 'true' } : {};
  const before = head?.metadata ?? { id: randomUUID(), createdAt: new Date(), partitionColumns: [], properties: {} };
  return {
    ...before,
    name: commit.table?.name ?? before.name,
    description: commit.table?.description ?? before.description,
    properties: { ...before.properties, ...added, ...widening },
    schema,
  };
}

function addedFile(file: ExistingFile, partitionColumns: readonly string[]): AddedFile {
  const partitionValues = file.partitionValues ?? {};
  const missing = partitionColumns.find((column) => !Object.hasOwn(partitionValues, column));
  if (missing !== undefined) throw new InvalidRequest(`${file.path} has no value of the partition column ${missing}`);
  return { ...file, partitionValues };
}

function inCommitTime(head: WriterHead | undefined): number | undefined {
  if (head === undefined || inCommitStart(head.metadata.properties) === undefined) return undefined;
  return Math.max(Date.now(), (head.inCommitTimestamp ?? 0) + 1);
}
