import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { faultOf } from './connection-fault';
import { DatabaseSession } from './database-session';
import { defaults } from './defaults';
import type { LakebaseClient } from './lakebase-client';
import {
  lakebaseDataSource,
  poolOf,
  poolUse,
  type LakebaseDataSourceInput,
  type PoolUse,
} from './lakebase-data-source';
import { DatabaseUnavailable } from './persistence.errors';
import type { PoolHistory } from './pool-history';

/**
 * The connections of the app. While the server is silent, one caller now and then tries whether it speaks again; everybody else is
 * told at once, and no line that was idle when it fell silent is used again.
 */
export class SessionPool {
  readonly dataSource: DataSource;
  private readonly clients = new Set<LakebaseClient>();
  private silent = false;
  private nextTryAt = 0;

  constructor(
    input: Omit<LakebaseDataSourceInput, 'onClient'>,
    private readonly history: PoolHistory,
  ) {
    this.dataSource = lakebaseDataSource({ ...input, onClient: (client) => this.follow(client) });
  }

  get use(): PoolUse {
    return poolUse(this.dataSource);
  }

  /** Opens the first connection. */
  async open(): Promise<void> {
    try {
      await this.dataSource.initialize();
    } catch (error) {
      this.connectFailed(error);
      throw error;
    }
  }

  async acquire(): Promise<DatabaseSession> {
    this.giveWay();
    const startedAt = performance.now();
    const runner = this.dataSource.createQueryRunner();
    const connecting = runner.connect() as Promise<LakebaseClient>;
    this.history.observe(this.use);
    try {
      return new DatabaseSession(runner, await connecting);
    } catch (error) {
      this.connectFailed(error);
      throw error;
    } finally {
      this.history.acquired(performance.now() - startedAt, this.use);
    }
  }

  /** The server has answered. */
  heard(): void {
    this.silent = false;
  }

  /** The server has not answered in time. */
  fellSilent(): void {
    if (!this.silent) this.dropIdle();
    this.silent = true;
    this.nextTryAt = performance.now() + defaults.silentRetryMs;
  }

  /** Lets go of every connection, also of those whose other end has gone. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) {
      await Promise.race([this.dataSource.destroy(), delay(defaults.closePatienceMs, undefined, { ref: false })]);
    }
    for (const client of this.clients) client.destroy();
  }

  private follow(client: LakebaseClient): void {
    this.clients.add(client);
    client.once('connect', () => this.history.count('connects'));
    client.once('end', () => this.clients.delete(client));
  }

  private giveWay(): void {
    if (!this.silent) return;
    const now = performance.now();
    if (now < this.nextTryAt) throw new DatabaseUnavailable('the server has gone silent');
    this.nextTryAt = now + defaults.silentRetryMs;
  }

  private connectFailed(error: unknown): void {
    const fault = faultOf(error);
    if (fault?.reason === 'no connection became free in time') return;
    this.history.count('connectFailures');
    if (fault?.kind === 'refused-login') this.history.count('authFailures');
    if (fault?.kind === 'silent') this.fellSilent();
  }

  private dropIdle(): void {
    const pool = poolOf(this.dataSource);
    for (let count = pool?.idleCount ?? 0; count > 0; count--) {
      pool?.connect((_, client, release) => {
        if (client === undefined) return;
        (client as unknown as LakebaseClient).destroy();
        release(true);
      });
    }
  }
}
