import { TableCorrupt } from '../errors';
import type { MetadataAction } from '../log/actions';
import { inCommitTimestamp } from '../log/commit-times';
import type { LogState } from '../log/log-state';
import { parseSchema } from '../schema/parse-schema';
import type { StructType } from '../schema/types';
import type { TableMetadata, TableProtocol } from '../table/snapshot';
import type { CommitContent } from './commit';

/** What a writer knows of the newest version: all but its files. It changes with each commit; `schema` is another object only when it differs. */
export interface TableHead {
  readonly version: number;
  readonly protocol: TableProtocol;
  readonly metadata: TableMetadata;
  readonly schema: StructType;
  /** The newest batch of each application, by its id. */
  readonly transactions: ReadonlyMap<string, bigint>;
}

/** The head of a table in the hands of its writer. */
export class WriterHead implements TableHead {
  readonly transactions = new Map<string, bigint>();
  /** Epoch milliseconds of the newest commit, where commits carry them. */
  inCommitTimestamp: number | undefined;

  private constructor(
    public version: number,
    public protocol: TableProtocol,
    public metadata: TableMetadata,
    public schema: StructType,
  ) {}

  static of(state: LogState, location: string): WriterHead {
    const { protocol, metadata } = state;
    if (protocol === undefined || metadata === undefined) {
      const missing = protocol === undefined ? 'protocol' : 'metaData';
      throw new TableCorrupt({ message: `The log of ${location} has no ${missing} action`, missing });
    }
    const head = new WriterHead(
      state.version,
      protocol,
      metadataOf(metadata),
      parseSchema(metadata.schemaString ?? ''),
    );
    head.takeBatches(state);
    return head;
  }

  /** The head of a table that was made by this commit. */
  static created(content: CommitContent): WriterHead {
    const { protocol, metadata } = content;
    if (protocol === undefined || metadata === undefined) throw new Error('a first commit has protocol and metadata');
    const head = new WriterHead(0, protocol, metadata, metadata.schema);
    head.advance(0, content);
    return head;
  }

  /** Takes over what this writer has committed. */
  advance(version: number, content: CommitContent): void {
    this.version = version;
    this.protocol = content.protocol ?? this.protocol;
    this.metadata = content.metadata ?? this.metadata;
    this.schema = content.metadata?.schema ?? this.schema;
    this.inCommitTimestamp = content.inCommitTimestamp;
    for (const { appId, version: batch } of content.transactions) this.transactions.set(appId, BigInt(batch));
  }

  /** Takes over what others have committed: the actions since, and no more. Answers whether the rules of the table may be others now. */
  follow(since: LogState): boolean {
    this.version = since.version;
    this.protocol = since.protocol ?? this.protocol;
    if (since.metadata !== undefined) {
      this.metadata = metadataOf(since.metadata);
      this.schema = parseSchema(since.metadata.schemaString ?? '');
    }
    this.takeBatches(since);
    return since.protocol !== undefined || since.metadata !== undefined;
  }

  private takeBatches(state: LogState): void {
    for (const { appId, version } of state.transactions.values()) this.transactions.set(appId, version);
    this.inCommitTimestamp = inCommitTimestamp(state.commitInfo);
  }
}

function metadataOf(metadata: MetadataAction): TableMetadata {
  return {
    id: metadata.id,
    name: metadata.name,
    description: metadata.description,
    createdAt: metadata.createdTime === undefined ? undefined : new Date(metadata.createdTime),
    partitionColumns: metadata.partitionColumns,
    properties: metadata.configuration,
  };
}
