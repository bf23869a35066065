import { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle, type UserCaller } from '@lakescope/server-http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { connectionFault, isCredentialRefused } from './connection-fault';
import { LakebaseCredentials } from './lakebase-credentials';
import { poolUse, type PoolUse } from './lakebase-data-source';
import { DatabaseUnavailable, LakebaseNotConfigured } from './persistence.errors';

export interface DatabaseWorkOptions {
  /** What people call the thing that needs the database; named when there is none. */
  feature?: string;
}

type Setting = readonly [name: 'lakescope.user_id' | 'lakescope.system', value: string];

/**
 * Transactions, each of them for somebody: row-level security shows a user's transaction that user's rows only, whatever its
 * queries say. Nothing else hands out connections.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly logger = new Logger('Lakebase');
  private dataSource: DataSource | undefined;

  constructor(
    private readonly config: LakebaseConfig,
    private readonly credentials: LakebaseCredentials,
    private readonly lifecycle: Lifecycle,
  ) {}

  asUser<T>(
    caller: UserCaller,
    work: (tx: EntityManager) => Promise<T>,
    options: DatabaseWorkOptions = {},
  ): Promise<T> {
    return this.transaction(['lakescope.user_id', caller.userId], work, options);
  }

  /** For the app's own book-keeping (roll-up, retention, erase): sees every row of every user. */
  asSystem<T>(work: (tx: EntityManager) => Promise<T>, options: DatabaseWorkOptions = {}): Promise<T> {
    return this.transaction(['lakescope.system', 'on'], work, options);
  }

  get poolUse(): PoolUse {
    return poolUse(this.dataSource);
  }

  /** From now on there is a database to work with. */
  open(dataSource: DataSource): void {
    this.dataSource = dataSource;
  }

  async onApplicationShutdown(): Promise<void> {
    const { dataSource } = this;
    this.dataSource = undefined;
    if (dataSource?.isInitialized) await dataSource.destroy();
  }

  private async transaction<T>(
    setting: Setting,
    work: (tx: EntityManager) => Promise<T>,
    { feature = 'This feature' }: DatabaseWorkOptions,
  ): Promise<T> {
    if (!this.config.configured) throw new LakebaseNotConfigured(feature);
    const dataSource = this.dataSource;
    if (dataSource === undefined)
      throw new DatabaseUnavailable(this.lifecycle.reason ?? `the app is ${this.lifecycle.phase}`);
    const runner = await this.begin(dataSource, setting);
    try {
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await this.abandon(runner, error);
      throw unavailable(error);
    } finally {
      await runner.release();
    }
  }

  /**
   * Opens the transaction. Until its first statement nothing has happened, so this part is tried again on a fresh connection: once
   * when a pooled connection turned out to be dead, and once with a fresh credential when the login was refused.
   */
  private async begin(dataSource: DataSource, setting: Setting): Promise<QueryRunner> {
    const tried = new Set<string>();
    for (;;) {
      const since = new Date();
      const runner = dataSource.createQueryRunner();
      try {
        await runner.connect();
        await runner.startTransaction();
        await runner.query('SELECT set_config($1, $2, true)', [...setting]);
        return runner;
      } catch (error) {
        await this.abandon(runner, error);
        await runner.release();
        const reason = connectionFault(error);
        const mayHelp = isCredentialRefused(error) || reason === 'the connection was cut';
        if (reason === undefined || !mayHelp || tried.has(reason)) throw unavailable(error);
        tried.add(reason);
        this.logger.warn(`Trying a fresh connection: ${reason}`);
        if (isCredentialRefused(error)) await this.credentials.refresh(since).catch(rethrowUnavailable);
      }
    }
  }

  private async abandon(runner: QueryRunner, error: unknown): Promise<void> {
    if (connectionFault(error) === undefined) {
      try {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
        return;
      } catch (reason) {
        this.logger.warn(`Rollback failed: ${connectionFault(reason) ?? 'the server refused it'}`);
      }
    }
    // A connection in doubt is not given back: it could carry another user's transaction on. Ending it makes the pool drop it.
    const client = await (runner.connect() as Promise<{ end(): Promise<void> }>).catch(() => undefined);
    client?.end().catch(() => this.logger.debug('A broken connection could not be closed politely'));
  }
}

function unavailable(error: unknown): unknown {
  const reason = connectionFault(error);
  return reason === undefined ? error : new DatabaseUnavailable(reason, { cause: error });
}

function rethrowUnavailable(error: unknown): never {
  throw unavailable(error);
}
