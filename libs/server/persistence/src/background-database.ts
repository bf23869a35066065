import { setTimeout as delay } from 'node:timers/promises';
import { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResultRow } from 'pg';
import { BackgroundClient } from './background-client';
import { connectionFault, faultOf } from './connection-fault';
import { DatabaseStartup } from './database-startup';
import { defaults } from './defaults';
import { LakebaseCredentials } from './lakebase-credentials';
import { tlsOptions } from './lakebase-data-source';
import { DatabaseUnavailable, LakebaseNotConfigured, OutcomeUnknown, SchemaIsBehind } from './persistence.errors';
import { missesSchema } from './schema-fault';

export interface BackgroundStatement {
  /** Of a statement that comes again and again: each connection prepares it once. */
  name?: string;
  text: string;
  /** Buffers go as they are, in the binary form of their type. */
  values?: readonly unknown[];
  /** A statement that is not answered by then counts as lost, in milliseconds; 5 seconds unless it says otherwise. */
  silenceMs?: number;
}

/** One statement of a transaction; answers its rows. */
export type RunStatement = <R>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export interface BackgroundTransactionOptions {
  /** Every statement sees the same moment. */
  isolation?: 'repeatable read';
  /** Writes nothing, and the server holds it to that. */
  readOnly?: boolean;
  /** Longest statement, in milliseconds; 10 seconds unless it says otherwise. */
  statementTimeoutMs?: number;
}

type Session = PoolClient & BackgroundClient;

/**
 * The database for the app's own work (metrics, above all): two connections of its own, so that it never takes one from a person and never
 * waits behind one. Its sessions are the system's: they see every row of every user.
 *
 * Nothing is repeated here. Rejects with `LakebaseNotConfigured`, or with `DatabaseUnavailable` when the database did not answer or does
 * not work (`OutcomeUnknown` when that happened at COMMIT); errors of a statement itself come through as they are, with their SQLSTATE.
 */
@Injectable()
export class BackgroundDatabase implements OnApplicationShutdown {
  private readonly logger = new Logger('Lakebase');
  private opening: Promise<Pool> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** The pool forgets clients that it gave up; they are cut at the end all the same. */
  private readonly clients = new Set<BackgroundClient>();

  constructor(
    private readonly config: LakebaseConfig,
    private readonly credentials: LakebaseCredentials,
    private readonly startup: DatabaseStartup,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Whether there is a migrated database to work with; it may be out of reach all the same. */
  get isOpen(): boolean {
    return this.config.configured && this.startup.schemaVersion !== undefined && !this.closed;
  }

  /** One statement on its own, in one round trip. */
  async statement<T>({ name, text, values = [], silenceMs }: BackgroundStatement): Promise<T[]> {
    const session = await this.acquire();
    try {
      const rows = await ask<T>(session, {
        ...(name === undefined ? {} : { name }),
        text,
        values: [...values],
        query_timeout: silenceMs ?? defaults.background.silenceMs,
      });
      session.release();
      return rows;
    } catch (error) {
      giveBack(session, error);
      throw unavailable(error);
    }
  }

  /**
   * Several statements, of which all happen or none. One transaction runs at a time, the others wait for their turn: so a statement on its
   * own always finds a connection. Do not begin one within another.
   */
  transaction<T>(work: (run: RunStatement) => Promise<T>, options: BackgroundTransactionOptions = {}): Promise<T> {
    const running = this.turn.then(() => this.runTransaction(work, options));
    this.turn = running.catch(() => undefined);
    return running;
  }

  /** What is under way gets a moment to end, then its connection is cut; the server takes back what was not committed. */
  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    const { opening } = this;
    this.opening = undefined;
    const pool = await opening?.catch(() => undefined);
    if (pool === undefined) return;
    await Promise.race([pool.end(), delay(defaults.closePatienceMs, undefined, { ref: false })]);
    for (const client of this.clients) client.destroy();
  }

  private async runTransaction<T>(
    work: (run: RunStatement) => Promise<T>,
    { isolation, readOnly = false, statementTimeoutMs }: BackgroundTransactionOptions,
  ): Promise<T> {
    const session = await this.acquire();
    const query_timeout =
      statementTimeoutMs === undefined
        ? defaults.background.silenceMs
        : Math.max(statementTimeoutMs + defaults.silenceMarginMs, defaults.background.silenceMs);
    const run: RunStatement = (text, values = []) => ask(session, { text, values: [...values], query_timeout });
    let result: T;
    try {
      // In one round trip. None of these looks at data, so the transaction's moment is that of its first own statement.
      const begin = `BEGIN${isolation === undefined ? '' : ' ISOLATION LEVEL REPEATABLE READ'}${readOnly ? ' READ ONLY' : ''}`;
      const limit = Math.round(statementTimeoutMs ?? defaults.background.statementTimeoutMs);
      await ask(session, { text: `${begin}; SET LOCAL statement_timeout = ${limit}`, query_timeout });
      result = await work(run);
    } catch (error) {
      await rollBack(session, error);
      throw unavailable(error);
    }
    let ended: string;
    try {
      const commit: Question = { text: 'COMMIT', query_timeout };
      ended = (await session.query(commit)).command;
    } catch (error) {
      giveBack(session, error);
      const fault = faultOf(error);
      if (fault?.kind === 'lost' || fault?.kind === 'silent') throw new OutcomeUnknown(fault.reason, error);
      throw unavailable(error);
    }
    session.release();
    // The server turns a COMMIT after a failed statement into a rollback and says so only in passing.
    if (ended !== 'COMMIT') throw new Error('The work went on after a statement had failed');
    return result;
  }

  /** A connection; with a fresh credential where the present one was refused. */
  private async acquire(): Promise<Session> {
    if (!this.config.configured) throw new LakebaseNotConfigured('Metrics collection');
    if (!this.isOpen) throw new DatabaseUnavailable(this.lifecycle.reason ?? `the app is ${this.lifecycle.phase}`);
    const { generation } = this.credentials;
    try {
      const pool = await this.opened();
      try {
        return (await pool.connect()) as Session;
      } catch (error) {
        if (faultOf(error)?.kind !== 'refused-login') throw error;
        if (!(await this.credentials.renewAfterRefusal(generation))) throw error;
        return (await pool.connect()) as Session;
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  private opened(): Promise<Pool> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  private async open(): Promise<Pool> {
    const { config, credentials } = this;
    const pool = new Pool({
      ...(config.host === undefined ? {} : { host: config.host }),
      ...(config.database === undefined ? {} : { database: config.database }),
      port: config.port,
      user: await credentials.user(),
      password: () => credentials.password(),
      ssl: tlsOptions(config),
      application_name: config.appName,
      max: defaults.background.poolSize,
      connectionTimeoutMillis: defaults.background.connectTimeoutMs,
      query_timeout: defaults.background.silenceMs,
      idleTimeoutMillis: defaults.idleTimeoutMs,
      maxLifetimeSeconds: defaults.maxLifetimeSeconds,
      keepAlive: true,
      keepAliveInitialDelayMillis: defaults.keepAliveAfterMs,
      Client: this.clientClass() as unknown as NonNullable<PoolConfig['Client']>,
      onConnect: (client) => (client as unknown as BackgroundClient).prepare(),
    });
    pool.on('error', (error) =>
      this.logger.warn(`An idle connection of the background was lost: ${connectionFault(error) ?? 'unknown reason'}`),
    );
    return pool;
  }

  private clientClass(): typeof BackgroundClient {
    const { clients } = this;
    return class extends BackgroundClient {
      constructor(config: ConstructorParameters<typeof BackgroundClient>[0]) {
        super(config);
        clients.add(this);
        this.once('end', () => clients.delete(this));
      }
    };
  }
}

/** node-postgres reads the limit from each question; its types do not know. */
type Question = QueryConfig & { readonly query_timeout: number };

async function ask<T>(session: Session, question: Question): Promise<T[]> {
  const { rows } = await session.query<QueryResultRow>(question);
  return rows as T[];
}

async function rollBack(session: Session, error: unknown): Promise<void> {
  if (!isUsable(session, error)) {
    discard(session);
    return;
  }
  try {
    await ask(session, { text: 'ROLLBACK', query_timeout: defaults.background.silenceMs });
    session.release();
  } catch {
    // Cutting the connection rolls back as well.
    discard(session);
  }
}

function giveBack(session: Session, error: unknown): void {
  if (isUsable(session, error) && session.getTransactionStatus() === 'I') session.release();
  else discard(session);
}

/** What the server itself has said about a statement leaves the line as good as it was. */
function isUsable(session: Session, error: unknown): boolean {
  const kind = faultOf(error)?.kind;
  if (kind === undefined || kind === 'conflict') return session.getTransactionStatus() !== null;
  return kind === 'hopeless' && isStatementError(error);
}

function discard(session: Session): void {
  session.destroy();
  session.release(true);
}

/** Classes of SQLSTATE that speak of a statement and not of the server, a lock that was not free among them. */
const OF_STATEMENTS = /^(?:0[A-Z]|2[1-7]|3[4-9]|4[0-4]|5[45]|P0|XX)/;

function isStatementError(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== '25006' && OF_STATEMENTS.test(code);
}

function unavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  if (missesSchema(error)) return new SchemaIsBehind(undefined, undefined, error);
  if (isStatementError(error)) return error;
  const reason = faultOf(error)?.reason;
  return reason === undefined ? error : new DatabaseUnavailable(reason, { cause: error });
}
