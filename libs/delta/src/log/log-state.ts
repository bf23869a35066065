import type { JsonRecord } from '../json/lossless-json';
import type { TableProtocol } from '../table/snapshot';
import { fileKey } from './actions';
import type { Actions, DomainAction, LogFile, MetadataAction, TransactionAction } from './actions';

/** Everything the log says about one version. States are shared between snapshots and never change once published. */
export class LogState {
  protocol: TableProtocol | undefined;
  metadata: MetadataAction | undefined;
  /** The commit that made this version, when its file is still there. */
  commitInfo: JsonRecord | undefined;
  readonly files: Map<string, LogFile>;
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
    this.files = new Map(base?.files);
    this.transactions = new Map(base?.transactions);
    this.domains = new Map(base?.domains);
  }

  /** Applies the next commit. Removes go first: re-adding a file in the same commit must win. */
  apply(version: number, actions: Actions): void {
    this.version = version;
    this.commitInfo = actions.commitInfo;
    this.protocol = actions.protocol ?? this.protocol;
    this.metadata = actions.metadata ?? this.metadata;
    for (const removed of actions.removed) this.files.delete(fileKey(removed));
    for (const added of actions.added) this.add(added);
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
}
