import { randomUUID } from 'node:crypto';
import { AlreadyExists, DeltaError, WriteOutcomeUnknown } from '../errors';
import { asText, NumberText, writeJson, type WritableJson } from '../json/lossless-json';
import type { LogFile } from '../log/actions';
import { commitName, LOG_DIRECTORY } from '../log/log-listing';
import { parseActions } from '../log/parse-actions';
import type { StructType } from '../schema/types';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { TableMetadata, TableProtocol } from '../table/snapshot';
import type { CommitAuthor, TransactionId } from './write-options';

const ENGINE_INFO = 'Lakescope-Delta';

/** A data file that a commit adds. */
export interface AddedFile {
  /** As the log names it: percent-encoded. */
  path: string;
  partitionValues: Readonly<Record<string, string | null>>;
  sizeBytes: number;
  /** Epoch milliseconds; that of the commit when left out. */
  modifiedAt?: number;
  numRecords: bigint;
  /** JSON of its statistics. */
  stats: string | undefined;
}

export interface CommitContent {
  operation: string;
  operationParameters: Record<string, WritableJson>;
  author: CommitAuthor;
  readVersion: number | undefined;
  isBlindAppend: boolean;
  /** Set where the table keeps its times in the commits. */
  inCommitTimestamp: number | undefined;
  protocol: TableProtocol | undefined;
  metadata: (TableMetadata & { schema: StructType }) | undefined;
  transactions: readonly TransactionId[];
  files: readonly AddedFile[];
  /** Files of the version before that this one has no more. */
  removed?: readonly LogFile[];
  /** In place of those of a plain write. */
  operationMetrics?: Readonly<Record<string, string>> | undefined;
  isolationLevel?: 'Serializable' | 'WriteSerializable';
  /** More keys of the commit info. */
  info?: Readonly<Record<string, WritableJson>> | undefined;
}

/**
 * Writes one commit, or throws AlreadyExists when another writer has taken its version. Whoever wrote the file that is there is told by its
 * `txnId`: a storage whose answer got lost may report a failure, or even somebody else's file, for what was this very commit.
 */
export async function putCommit(storage: Storage, version: number, content: CommitContent): Promise<void> {
  const txnId = randomUUID();
  const path = joinPath(LOG_DIRECTORY, commitName(version));
  const text = commitActions(content, txnId)
    .map((action) => `${writeJson(action)}\n`)
    .join('');
  try {
    await storage.putIfAbsent(path, Buffer.from(text, 'utf8'));
  } catch (error) {
    const isDefinite = error instanceof DeltaError && !(error instanceof WriteOutcomeUnknown);
    if (isDefinite && !(error instanceof AlreadyExists)) throw error;
    const holder = await transactionOf(storage, path);
    if (holder === txnId) return;
    throw holder === undefined ? error : new AlreadyExists(joinPath(storage.location, path), { cause: error });
  }
}

/** The `txnId` of a commit that is there, '' when it has none; undefined when there is none or it cannot be read now. */
async function transactionOf(storage: Storage, path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = Buffer.from(await storage.read(path)).toString('utf8');
  } catch {
    // The failed write is the news; that reading failed as well only means that nothing better can be said about it.
    return undefined;
  }
  try {
    const info = parseActions(text, path, storage.location).commitInfo;
    return asText(info?.['txnId']) ?? '';
  } catch {
    // Whatever it is, this writer did not write it.
    return '';
  }
}

/** The commit info comes first: with in-commit timestamps the protocol demands it. */
function commitActions(content: CommitContent, txnId: string): WritableJson[] {
  const actions: WritableJson[] = [{ commitInfo: commitInfo(content, txnId) }];
  if (content.protocol !== undefined) actions.push({ protocol: protocolAction(content.protocol) });
  if (content.metadata !== undefined) actions.push({ metaData: metadataAction(content.metadata) });
  const modificationTime = Date.now();
  for (const { appId, version } of content.transactions) {
    actions.push({ txn: { appId, version, lastUpdated: modificationTime } });
  }
  for (const file of content.removed ?? []) actions.push({ remove: removeAction(file, modificationTime) });
  for (const file of content.files) {
    actions.push({
      add: {
        path: file.path,
        partitionValues: file.partitionValues,
        size: file.sizeBytes,
        modificationTime: file.modifiedAt ?? modificationTime,
        dataChange: true,
        stats: file.stats,
      },
    });
  }
  return actions;
}

function commitInfo(content: CommitContent, txnId: string): WritableJson {
  const { files } = content;
  const rows = files.reduce((sum, file) => sum + file.numRecords, 0n);
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    ...content.info,
    inCommitTimestamp: content.inCommitTimestamp,
    timestamp: Date.now(),
    userName: content.author.userName,
    operation: content.operation,
    operationParameters: content.operationParameters,
    readVersion: content.readVersion,
    isolationLevel: content.isolationLevel ?? 'Serializable',
    isBlindAppend: content.isBlindAppend,
    operationMetrics: content.operationMetrics ?? {
      numFiles: String(files.length),
      numOutputRows: String(rows),
      numOutputBytes: String(bytes),
    },
    engineInfo: content.author.engineInfo ?? ENGINE_INFO,
    txnId,
  };
}

/** A file is its path with its deletion vector, so both are named. */
function removeAction(file: LogFile, deletionTimestamp: number): WritableJson {
  const { deletionVector } = file;
  return {
    path: file.reference ?? file.path,
    deletionTimestamp,
    dataChange: true,
    extendedFileMetadata: true,
    partitionValues: new NumberText(file.partitionValues),
    size: file.sizeBytes,
    deletionVector: deletionVector === undefined ? undefined : { ...deletionVector },
  };
}

/** Feature lists are only legal from reader version 3 and writer version 7 on. */
function protocolAction(protocol: TableProtocol): WritableJson {
  return {
    minReaderVersion: protocol.minReaderVersion,
    minWriterVersion: protocol.minWriterVersion,
    readerFeatures: protocol.minReaderVersion >= 3 ? protocol.readerFeatures : undefined,
    writerFeatures: protocol.minWriterVersion >= 7 ? protocol.writerFeatures : undefined,
  };
}

export function metadataAction(metadata: TableMetadata & { schema: StructType }): WritableJson {
  return {
    id: metadata.id,
    name: metadata.name,
    description: metadata.description,
    format: { provider: 'parquet', options: {} },
    schemaString: JSON.stringify(metadata.schema),
    partitionColumns: metadata.partitionColumns,
    configuration: metadata.properties,
    createdTime: metadata.createdAt?.getTime(),
  };
}
