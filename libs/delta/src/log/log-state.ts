import type { JsonRecord } from '../json/lossless-json';
import type { TableProtocol } from '../table/snapshot';
import type { CheckpointFiles } from '../checkpoint/checkpoint-files';
import { fileKey, vectorId } from './actions';
import type { Actions, DomainAction, LogFile, MetadataAction, TransactionAction } from './actions';

/** One file of the log by its two names. */
export interface FileIdentity {
  path: string;
  /** '' without a deletion vector. */
  vector: string;
}

/** Everything the log says about one version. States are shared between snapshots and never change once published. */
export class LogState {
  protocol: TableProtocol | undefined;
  metadata: MetadataAction | undefined;
  /** The commit that made this version, when its file is still there. */
  commitInfo: JsonRecord | undefined;
  /** The files of a checkpoint that are too many to be held here. */
  checkpointFiles: CheckpointFiles | undefined;
  /** Active files; beside `checkpointFiles` only those that were added since. */
  readonly files: Map<string, LogFile>;
  /** What commits since say anything about: a file of `checkpointFiles` that is named here is no longer one of them. */
  readonly touched: Map<string, FileIdentity>;
  /** The newest batch of each application. */
  readonly transactions: Map<string, TransactionAction>;
  /** Live domain metadata by domain. */
  readonly domains: Map<string, string>;

  constructor(
    public version: number,
    public checkpointVersion: number | undefined,
    base?: LogState,
  ) {
    this.protocol = base?.protocol;
    this.metadata = base?.metadata;
    this.checkpointFiles = base?.checkpointFiles;
    this.files = new Map(base?.files);
    this.touched = new Map(base?.touched);
    this.transactions = new Map(base?.transactions);
    this.domains = new Map(base?.domains);
  }

  /** Applies the next commit. Removes go first: re-adding a file in the same commit must win. */
  apply(version: number, actions: Actions): void {
    this.applyHeader(version, actions);
    for (const removed of actions.removed) {
      this.files.delete(fileKey(removed));
      this.touch(removed);
    }
    for (const added of actions.added) {
      this.add(added);
      this.touch(added);
    }
  }

  /** Applies all of the next commit but its files. */
  applyHeader(version: number, actions: Actions): void {
    this.version = version;
    this.commitInfo = actions.commitInfo;
    this.protocol = actions.protocol ?? this.protocol;
    this.metadata = actions.metadata ?? this.metadata;
    for (const transaction of actions.transactions) this.transactions.set(transaction.appId, transaction);
    for (const domain of actions.domains) this.applyDomain(domain);
  }

  applyDomain({ domain, configuration, removed }: DomainAction): void {
    if (removed) this.domains.delete(domain);
    else this.domains.set(domain, configuration);
  }

  add(file: LogFile): void {
    this.files.set(fileKey(file), file);
  }

  private touch({ path, deletionVector }: Pick<LogFile, 'path' | 'deletionVector'>): void {
    if (this.checkpointFiles === undefined) return;
    this.touched.set(fileKey({ path, deletionVector }), { path, vector: vectorId(deletionVector) });
  }
}
