import { messageOf } from '../errors';
import type { MetadataAction } from '../log/actions';
import { parseSchema } from '../schema/parse-schema';
import type { StructType } from '../schema/types';
import type { Snapshot, TableProtocol } from '../table/snapshot';
import type { VersionChecksum } from './version-checksum';

/**
 * Where a version as the log has it differs from what its writer wrote down about it, a sentence for each difference. A
 * checkpoint that disagrees with the commits before it shows here, and files that were taken out of the log by hand.
 */
export function crossCheck(snapshot: Snapshot, checksum: VersionChecksum): string[] {
  if (snapshot.version !== checksum.version) {
    return [`The checksum is of version ${checksum.version}, not of version ${snapshot.version}`];
  }
  const found: string[] = [];
  const differs = (what: string, log: unknown, stated: unknown): void => {
    if (stated !== undefined && log !== stated)
      found.push(`${what}: the log has ${text(log)}, the checksum ${text(stated)}`);
  };
  differs('Number of files', BigInt(snapshot.numFiles), checksum.numFiles);
  differs('Bytes of all files', snapshot.sizeBytes, checksum.sizeBytes);
  differs('Files with a deletion vector', BigInt(snapshot.deletionVectorFiles), checksum.deletionVectorFiles);
  if (checksum.protocol !== undefined) {
    differs('Protocol', protocolText(snapshot.protocol), protocolText(checksum.protocol));
  }
  if (checksum.metadata !== undefined) compareMetadata(snapshot, checksum.metadata, differs);
  if (snapshot.timestampSource === 'in-commit') {
    differs('In-commit timestamp', snapshot.timestamp.getTime(), checksum.inCommitTimestamp);
  }
  if (checksum.transactions !== undefined) {
    differs(
      'Transactions of applications',
      sortedText(snapshot.transactions.map(({ appId, version }) => [appId, String(version)])),
      sortedText(checksum.transactions.map(({ appId, version }) => [appId, String(version)])),
    );
  }
  if (checksum.domains !== undefined) {
    const live = checksum.domains.filter(({ removed }) => !removed);
    differs(
      'Domain metadata',
      sortedText([...snapshot.domains]),
      sortedText(live.map(({ domain, configuration }) => [domain, configuration])),
    );
  }
  return found;
}

function compareMetadata(
  snapshot: Snapshot,
  stated: MetadataAction,
  differs: (what: string, log: unknown, stated: unknown) => void,
): void {
  const { metadata } = snapshot;
  differs('Table id', metadata.id, stated.id);
  differs('Partition columns', JSON.stringify(metadata.partitionColumns), JSON.stringify(stated.partitionColumns));
  differs(
    'Properties',
    sortedText(Object.entries(metadata.properties)),
    sortedText(Object.entries(stated.configuration)),
  );
  differs('Schema', schemaText(snapshot.schema), parsedSchemaText(stated.schemaString));
}

/** Compared as parsed: writers order the keys of a field as they like. */
function schemaText(schema: StructType): string {
  return JSON.stringify(sortedKeys(schema));
}

function parsedSchemaText(schemaString: string | undefined): string | undefined {
  if (schemaString === undefined) return undefined;
  try {
    return schemaText(parseSchema(schemaString));
  } catch (error) {
    return messageOf(error);
  }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}

function protocolText(protocol: TableProtocol): string {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol;
  return JSON.stringify([minReaderVersion, minWriterVersion, [...readerFeatures].sort(), [...writerFeatures].sort()]);
}

function sortedText(pairs: readonly (readonly [string, string])[]): string {
  return JSON.stringify([...pairs].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Long values (a schema) are shown by their beginning. */
function text(value: unknown): string {
  const shown = String(value);
  return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
}
