import { StorageNotFound, TableCorrupt, messageOf } from '../errors';
import { asBigInt, asNumber, asRecord, parseJson, type JsonRecord } from '../json/lossless-json';
import type { DomainAction, MetadataAction, TransactionAction } from '../log/actions';
import { LOG_DIRECTORY, type LogEntry } from '../log/log-listing';
import { parseDomain, parseMetadata, parseProtocol, parseTransaction } from '../log/parse-actions';
import type { JsonValue } from '../schema/types';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { TableProtocol } from '../table/snapshot';

/** A checksum larger than this holds a list of all files, which no cross-check needs. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/**
 * The state of a version as its writer summed it up: PROTOCOL.md, "Version Checksum File". What a writer may leave out
 * is undefined when it did.
 */
export interface VersionChecksum {
  version: number;
  sizeBytes: bigint;
  numFiles: bigint;
  protocol: TableProtocol | undefined;
  metadata: MetadataAction | undefined;
  /** Epoch milliseconds. */
  inCommitTimestamp: number | undefined;
  transactions: TransactionAction[] | undefined;
  domains: DomainAction[] | undefined;
  deletionVectorFiles: bigint | undefined;
  deletedRows: bigint | undefined;
}

export async function readChecksum(
  storage: Storage,
  entry: LogEntry,
  signal: AbortSignal | undefined,
): Promise<VersionChecksum | undefined> {
  const path = joinPath(LOG_DIRECTORY, entry.name);
  if (entry.sizeBytes > LARGEST_BYTES) throw corrupt(path, `it has more than ${LARGEST_BYTES} bytes`);
  let bytes: Uint8Array;
  try {
    bytes = await storage.read(path, { signal });
  } catch (error) {
    // Cleaned up since it was listed, which a checksum may be at any time.
    if (error instanceof StorageNotFound) return undefined;
    throw error;
  }
  return parseChecksum(Buffer.from(bytes).toString('utf8'), path, entry.version);
}

/** `file` is only for messages. */
export function parseChecksum(text: string, file: string, version: number): VersionChecksum {
  try {
    const record = asRecord(parseJson(text));
    if (record === undefined) throw new Error('it is no JSON object');
    const protocol = asRecord(record['protocol']);
    const metadata = asRecord(record['metadata']);
    return {
      version,
      sizeBytes: required(asBigInt(record['tableSizeBytes']), 'tableSizeBytes'),
      numFiles: required(asBigInt(record['numFiles']), 'numFiles'),
      protocol: protocol && parseProtocol(protocol),
      metadata: metadata && parseMetadata(metadata),
      inCommitTimestamp: asNumber(record['inCommitTimestampOpt']),
      transactions: records(record['setTransactions'])?.map(parseTransaction),
      domains: records(record['domainMetadata'])?.map(parseDomain),
      deletionVectorFiles: asBigInt(record['numDeletionVectorsOpt']),
      deletedRows: asBigInt(record['numDeletedRecordsOpt']),
    };
  } catch (cause) {
    throw corrupt(file, messageOf(cause), cause);
  }
}

function records(value: JsonValue | undefined): JsonRecord[] | undefined {
  return Array.isArray(value) ? value.map(asRecord).filter((item) => item !== undefined) : undefined;
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is missing or of the wrong type`);
  return value;
}

function corrupt(file: string, reason: string, cause?: unknown): TableCorrupt {
  return new TableCorrupt({ message: `The version checksum ${file} cannot be read: ${reason}`, missing: file, cause });
}
