import { CommitConflict, UnsupportedTableFeature } from '../errors';
import { refuseUnwritable } from '../features/writer-features';
import { inCommitStart } from '../log/commit-times';
import type { StructType } from '../schema/types';
import type { DeltaEngine } from '../table/delta-engine';
import type { DeltaTable } from '../table/delta-table';
import type { TableSnapshot } from '../table/table-snapshot';
import { putCommit } from './commit';
import { attemptCommit } from './commit-attempts';
import { writeDataFiles, type WrittenFile } from './data-writer';
import { matchColumns } from './match-columns';
import { hasType } from './schema-protocol';
import { StagedRows } from './staged-rows';
import type { AppendOptions, TransactionId } from './write-options';

/**
 * Appends the rows of a source and returns the version that holds them. Other writers may commit meanwhile: an append
 * reads nothing, so it is tried again on the next version for as long as the table's rules stay what they were.
 */
export async function append(engine: DeltaEngine, table: DeltaTable, options: AppendOptions): Promise<number> {
  return StagedRows.using(engine.scratchDirectory, options.source, async (staged) => {
    let written: { rules: string; files: WrittenFile[] } | undefined;
    let lastBatch: bigint | undefined;
    return attemptCommit(async (tries) => {
      const snapshot = await table.snapshot();
      const batch = options.transaction && snapshot.lastTransaction(options.transaction.appId);
      if (tries > 0 && batch !== lastBatch) refuseOtherBatch(batch, options);
      lastBatch = batch;
      if (isAlreadyApplied(batch, options)) return snapshot.version;
      refuseMarked(snapshot, options.marks ?? []);
      const schema = writableSchema(snapshot, staged, options);
      const { partitionColumns, properties } = snapshot.metadata;
      const rules = JSON.stringify([schema, partitionColumns]);
      if (written?.rules !== rules) {
        const target = { schema: schema.fields, partitionColumns, properties, domains: snapshot.domains };
        written = { rules, files: await writeDataFiles(table.storage, target, staged, options.maxRowsPerFile) };
      }
      await putAppend(table, snapshot, schema, written.files, options);
      engine.checkpoints.afterCommit(table, snapshot.version + 1, properties);
      return snapshot.version + 1;
    });
  });
}

/** The transaction is in the same commit as its rows, so a batch is either there with all its rows or not at all. */
function isAlreadyApplied(last: bigint | undefined, { transaction }: AppendOptions): boolean {
  return transaction !== undefined && last !== undefined && last >= BigInt(transaction.version);
}

/**
 * The same application committed meanwhile. The same batch is this one, done; another one means that two run at once, and a later batch would
 * make this one look done when it is not.
 */
function refuseOtherBatch(last: bigint | undefined, { transaction }: AppendOptions): void {
  if (transaction === undefined || last === BigInt(transaction.version)) return;
  const message = `${transaction.appId} has committed batch ${last} while batch ${transaction.version} was being written`;
  throw new CommitConflict('TRANSACTION', message);
}

function refuseMarked(snapshot: TableSnapshot, marks: readonly TransactionId[]): void {
  const known = marks.find(({ appId }) => snapshot.lastTransaction(appId) !== undefined);
  if (known === undefined) return;
  throw new CommitConflict('TRANSACTION', `Another writer has put ${known.appId} into the table`);
}

function writableSchema(snapshot: TableSnapshot, staged: StagedRows, options: AppendOptions): StructType {
  refuseUnwritable(snapshot.protocol, snapshot.schema, snapshot.metadata.properties);
  const schema = matchColumns(snapshot.schema, staged.fields, options.mergeSchema ?? false);
  const needsFeature = hasType(schema, 'timestamp_ntz') && !snapshot.protocol.writerFeatures.includes('timestampNtz');
  if (needsFeature) {
    throw new UnsupportedTableFeature(
      ['timestampNtz'],
      'The rows have a timestamp without time zone, and the table does not have the feature timestampNtz',
    );
  }
  return schema;
}

async function putAppend(
  table: DeltaTable,
  snapshot: TableSnapshot,
  schema: StructType,
  files: readonly WrittenFile[],
  options: AppendOptions,
): Promise<void> {
  const { metadata } = snapshot;
  const addsColumns = schema !== snapshot.schema;
  const hasInCommitTime = inCommitStart(metadata.properties) !== undefined;
  await putCommit(table.storage, snapshot.version + 1, {
    operation: options.operation?.name ?? 'WRITE',
    operationParameters: options.operation?.parameters ?? {
      mode: 'Append',
      partitionBy: JSON.stringify(metadata.partitionColumns),
    },
    author: options,
    readVersion: snapshot.version,
    isBlindAppend: !addsColumns,
    inCommitTimestamp: hasInCommitTime ? Math.max(Date.now(), snapshot.timestamp.getTime() + 1) : undefined,
    protocol: undefined,
    metadata: addsColumns ? { ...metadata, schema } : undefined,
    transactions: [...(options.transaction === undefined ? [] : [options.transaction]), ...(options.marks ?? [])],
    files,
  });
}
