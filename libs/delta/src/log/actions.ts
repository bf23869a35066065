import type { JsonRecord } from '../json/lossless-json';
import type { DeletionVectorDescriptor, TableProtocol } from '../table/snapshot';

/** A data file as the log holds it; statistics and partition values stay text until someone looks at them. */
export interface LogFile {
  path: string;
  /** The path as it stands in the log, where it is encoded there: who removes the file must name it the same way. */
  reference?: string;
  sizeBytes: number;
  modifiedAt: number;
  /** JSON object by physical column name. */
  partitionValues: string;
  /** JSON of the writer's statistics. */
  stats: string | undefined;
  /** Physical rows as the statistics tell, where these themselves were left in a checkpoint. */
  numRecords?: bigint;
  deletionVector: DeletionVectorDescriptor | undefined;
}

export interface RemovedFile {
  path: string;
  /** Epoch milliseconds; missing is as good as long ago (PROTOCOL.md, "Add File and Remove File"). */
  deletedAt: number | undefined;
  sizeBytes: number | undefined;
  stats: string | undefined;
  deletionVector: DeletionVectorDescriptor | undefined;
}

export interface MetadataAction {
  id: string;
  name: string | undefined;
  description: string | undefined;
  formatProvider: string;
  /** Missing in broken tables, whose history can still be shown. */
  schemaString: string | undefined;
  partitionColumns: string[];
  configuration: Record<string, string>;
  createdTime: number | undefined;
}

export interface TransactionAction {
  appId: string;
  version: bigint;
  /** Epoch milliseconds of the writer's clock. */
  lastUpdated?: number;
}

/** A domain's configuration as its owner wrote it, most often JSON; `removed` takes the domain away. */
export interface DomainAction {
  domain: string;
  configuration: string;
  removed: boolean;
}

export interface SidecarAction {
  path: string;
  sizeBytes: number;
  modifiedAt: number;
}

/** All actions of one commit, or of one JSON checkpoint. Order inside a commit carries no meaning. */
export interface Actions {
  protocol: TableProtocol | undefined;
  metadata: MetadataAction | undefined;
  commitInfo: JsonRecord | undefined;
  added: LogFile[];
  removed: RemovedFile[];
  transactions: TransactionAction[];
  domains: DomainAction[];
  sidecars: SidecarAction[];
}

/**
 * A file is its path together with its deletion vector (PROTOCOL.md, "Action Reconciliation"): an update of deletion
 * vectors removes one such pair and adds another with the same path.
 */
export function fileKey(file: { path: string; deletionVector?: DeletionVectorDescriptor }): string {
  const vector = vectorId(file.deletionVector);
  return vector === '' ? file.path : `${file.path}\n${vector}`;
}

/** What tells the deletion vectors of one path apart; '' without one. */
export function vectorId(vector: DeletionVectorDescriptor | undefined): string {
  if (vector === undefined) return '';
  const offset = vector.offset === undefined ? '' : `@${vector.offset}`;
  return `${vector.storageType}${vector.pathOrInlineDv}${offset}`;
}

/** Rows the file physically has, as its statistics tell. */
export function recordCount(
  stats: string | undefined,
  parse: (text: string) => bigint | undefined,
): bigint | undefined {
  if (stats === undefined) return undefined;
  // Nearly every writer puts the count first; parsing a million statistics just for it would take seconds.
  const first = /^\{"numRecords":(\d+)[,}]/.exec(stats);
  return first?.[1] === undefined ? parse(stats) : BigInt(first[1]);
}
