import { setTimeout as delay } from 'node:timers/promises';
import { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { connectionFault } from './connection-fault';
import { Database } from './database';
import { defaults } from './defaults';
import { LakebaseCredentials } from './lakebase-credentials';
import type { EntityClass, MigrationClass } from './lakebase-data-source';
import { openPool } from './open-pool';
import { SchemaIsNewer } from './persistence.errors';
import { PoolHistory } from './pool-history';
import { SchemaMigrator } from './schema-migrator';
import type { SessionPool } from './session-pool';

/** What the features keep in the database. */
export class PersistentModel {
  constructor(
    readonly entities: readonly EntityClass[],
    readonly migrations: readonly MigrationClass[],
  ) {}
}

/** Brings the database up behind the open HTTP port: credential, connection, migrations, ready. */
@Injectable()
export class DatabaseStartup implements OnApplicationShutdown {
  private readonly logger = new Logger('Lakebase');
  private readonly stopped = new AbortController();
  private version: string | undefined;
  private complaint: string | undefined;

  constructor(
    private readonly config: LakebaseConfig,
    private readonly credentials: LakebaseCredentials,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly history: PoolHistory,
    @Inject(PersistentModel) private readonly model: PersistentModel,
  ) {}

  /** Name of the last migration that is applied. */
  get schemaVersion(): string | undefined {
    return this.version;
  }

  /**
   * Tries until it succeeds or the app stops; what can pass is waited for. Rejects with `SchemaIsNewer` only: then the process
   * has to end, because waiting makes no release newer.
   */
  async run(): Promise<void> {
    if (!this.config.configured) {
      this.logger.log('Lakebase is not configured: features that keep something answer 503 LAKEBASE_NOT_CONFIGURED');
      this.lifecycle.moveTo('ready');
      return;
    }
    for (let attempt = 0; !this.stopped.signal.aborted; attempt++) {
      try {
        await this.start();
        return;
      } catch (error) {
        if (error instanceof SchemaIsNewer) {
          this.lifecycle.moveTo('migrating', error.message);
          throw error;
        }
        if (this.stopped.signal.aborted) return;
        await this.waitAfter(error, attempt);
      }
    }
  }

  onApplicationShutdown(): void {
    this.stopped.abort();
  }

  private async start(): Promise<void> {
    const { config } = this;
    if (config.password === undefined && this.credentials.generation === 0)
      this.logger.log('Workspace token requested');
    const pool = await openPool({
      config,
      credentials: this.credentials,
      history: this.history,
      ...this.model,
      onPoolError: (error) =>
        this.logger.warn(`An idle connection was lost: ${connectionFault(error) ?? 'unknown reason'}`),
    });
    try {
      await this.announce(pool);
      this.lifecycle.moveTo('migrating');
      const { applied, schemaVersion } = await new SchemaMigrator(pool.dataSource).migrate(this.stopped.signal);
      this.version = schemaVersion;
      this.logger.log(`Migrations applied (${applied.length})`);
      // Told to stop meanwhile: nobody would close it later.
      this.stopped.signal.throwIfAborted();
    } catch (error) {
      await pool.close();
      throw error;
    }
    this.database.open(pool);
    this.lifecycle.moveTo('ready');
  }

  private async announce(pool: SessionPool): Promise<void> {
    const [row] = (await pool.dataSource.query(
      `SELECT current_setting('server_version') AS version, current_user AS "user"`,
    )) as {
      version: string;
      user: string;
    }[];
    this.logger.log(
      `Connected to Postgres ${row?.version} (${this.config.host}:${this.config.port}/${this.config.database} as ${row?.user})`,
    );
  }

  private async waitAfter(error: unknown, attempt: number): Promise<void> {
    const fault = connectionFault(error);
    // A server that is away costs little to try, and people wait for it; a schema that cannot be made seldom heals by itself.
    const waits = fault === undefined ? defaults.migrateBackoffMs : defaults.connectBackoffMs;
    const wait = waits[Math.min(attempt, waits.length - 1)] ?? 0;
    const reason = fault ?? 'the schema could not be prepared';
    this.lifecycle.moveTo(this.lifecycle.phase, `the database is not ready: ${reason}`);
    // Once, and again only when there is something new to say.
    if (reason !== this.complaint)
      this.logger.warn({ err: error, msg: `The database is not ready: ${reason}; trying on` });
    this.complaint = reason;
    await delay(wait, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }
}
