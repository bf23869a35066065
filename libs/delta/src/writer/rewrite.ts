import { CommitConflict, TableCorrupt } from '../errors';
import { refuseUnchangeable, refuseUnwritable } from '../features/writer-features';
import { fileKey, type Actions, type LogFile } from '../log/actions';
import { inCommitStart } from '../log/commit-times';
import { LogListing } from '../log/log-listing';
import type { DeltaEngine } from '../table/delta-engine';
import type { DeltaTable } from '../table/delta-table';
import { putCommit } from './commit';
import { attemptCommit } from './commit-attempts';
import { writeDataFiles, type WrittenFile } from './data-writer';
import { matchColumns } from './match-columns';
import { StagedRows } from './staged-rows';
import type { RewriteCounts, RewriteOptions } from './write-options';

/**
 * Replaces files of a version by others in one commit: what DELETE, UPDATE and MERGE come down to. Answers the version
 * that holds it. Until the commit is there, readers see none of it, and a writer that is killed leaves only files that
 * nothing names.
 *
 * Others may have committed since the version that was read. Blind appends do not matter: under WriteSerializable, the
 * platform's default, this write then counts as the earlier one. Anything else is a CommitConflict.
 */
export async function rewrite(engine: DeltaEngine, table: DeltaTable, options: RewriteOptions): Promise<number> {
  const { snapshot } = options;
  const { protocol, schema, metadata } = snapshot;
  const removed = await snapshot.filesAt(options.files, { signal: options.signal });
  refuseUnwritable(protocol, schema, metadata.properties);
  if (removed.length > 0) refuseUnchangeable(protocol, metadata.properties);
  return StagedRows.using(engine.scratchDirectory, options.source, async (staged) => {
    matchColumns(schema, staged.fields, false);
    const { partitionColumns, properties } = metadata;
    const target = { schema: schema.fields, partitionColumns, properties, domains: snapshot.domains };
    const files = await writeDataFiles(table.storage, target, staged, options.maxRowsPerFile);
    return attemptCommit(async () => {
      const newest = await table.snapshot();
      await refuseConflicts(engine, table, { from: snapshot.version + 1, to: newest.version }, removed);
      const hasInCommitTime = inCommitStart(newest.metadata.properties) !== undefined;
      const inCommitTimestamp = hasInCommitTime ? Math.max(Date.now(), newest.timestamp.getTime() + 1) : undefined;
      await putRewrite(table, newest.version + 1, inCommitTimestamp, { removed, files }, options);
      engine.checkpoints.afterCommit(table, newest.version + 1, properties);
      return newest.version + 1;
    }, options.signal);
  });
}

async function putRewrite(
  table: DeltaTable,
  version: number,
  inCommitTimestamp: number | undefined,
  { removed, files }: { removed: readonly LogFile[]; files: readonly WrittenFile[] },
  options: RewriteOptions,
): Promise<void> {
  const counts: RewriteCounts = {
    filesAdded: files.length,
    bytesAdded: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    filesRemoved: removed.length,
    bytesRemoved: removed.reduce((sum, file) => sum + file.sizeBytes, 0),
  };
  await putCommit(table.storage, version, {
    operation: options.operation.name,
    operationParameters: options.operation.parameters,
    operationMetrics: options.metrics(counts),
    author: options,
    readVersion: options.snapshot.version,
    isBlindAppend: false,
    isolationLevel: 'WriteSerializable',
    inCommitTimestamp,
    protocol: undefined,
    metadata: undefined,
    transactions: [],
    removed,
    files,
  });
}

async function refuseConflicts(
  engine: DeltaEngine,
  table: DeltaTable,
  versions: { from: number; to: number },
  replaced: readonly LogFile[],
): Promise<void> {
  if (versions.from > versions.to) return;
  const listing = await LogListing.read(table.storage);
  const own = new Set(replaced.map(fileKey));
  for (let version = versions.from; version <= versions.to; version += 1) {
    const entry = listing.commits.get(version);
    if (entry === undefined) {
      const message = `The log of ${table.storage.location} has no commit for version ${version}`;
      throw new TableCorrupt({ message, missing: `version ${version}` });
    }
    refuseConflict(await engine.log.commit(table.storage, entry), version, own);
  }
}

function refuseConflict(winner: Actions, version: number, replaced: ReadonlySet<string>): void {
  if (winner.metadata !== undefined || winner.protocol !== undefined) {
    throw new CommitConflict('METADATA', `Version ${version} changed the table's schema, properties or protocol`);
  }
  if (winner.removed.some((file) => replaced.has(fileKey(file)))) {
    throw new CommitConflict('FILES_REMOVED', `Version ${version} removed a file whose rows this write changes`);
  }
  const isBlind = winner.commitInfo?.['isBlindAppend'] === true && winner.removed.length === 0;
  if (!isBlind && winner.added.length + winner.removed.length > 0) {
    throw new CommitConflict('ROWS_CHANGED', `Version ${version} changed rows that this write may have read`);
  }
}
