import { setTimeout as delay } from 'node:timers/promises';
import { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle, type UserCaller } from '@lakescope/server-http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { faultOf } from './connection-fault';
import type { DatabaseSession, Setting, TransactionNumber } from './database-session';
import { defaults } from './defaults';
import { LakebaseCredentials } from './lakebase-credentials';
import type { PoolUse } from './lakebase-data-source';
import {
  DatabaseUnavailable,
  LakebaseNotConfigured,
  OutcomeUnknown,
  SchemaIsBehind,
  UnstorableText,
} from './persistence.errors';
import { holdsUnstorableText, missesSchema } from './schema-fault';
import type { SessionPool } from './session-pool';

export interface DatabaseWorkOptions {
  /** What people call the thing that needs the database; named when there is none. */
  feature?: string;
  /**
   * Declares that the work acts on nothing but its transaction, so that it may be run again from its start, on a fresh connection,
   * when the connection broke or another transaction was in the way: `read` writes nothing (the server holds it to
   * that), `write` does. Without it the work runs once.
   */
  repeat?: 'read' | 'write';
  /**
   * Declares that the work only reads, and has all of it see the database as it was at one instant (`REPEATABLE READ`): what others
   * commit between two of its statements stays out of sight.
   */
  snapshot?: boolean;
  /** Longest statement, in milliseconds; 10 seconds unless it says otherwise. */
  statementTimeoutMs?: number;
}

/**
 * Transactions, each of them for somebody: row-level security shows a user's transaction that user's rows only, whatever its
 * queries say. Nothing else hands out connections.
 *
 * A transaction is never resumed: either nothing of it happened, and then declared work is run again whole, or all of it did. Where the
 * answer to COMMIT was lost, the server is asked by the number of the transaction which of the two it was; who cannot be told gets
 * `OutcomeUnknown`, never a guess.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly logger = new Logger('Lakebase');
  private pool: SessionPool | undefined;
  private readonly running = new Set<Promise<unknown>>();

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
    return this.followed(this.transaction(['lakescope.user_id', caller.userId], work, options));
  }

  /** For the app's own book-keeping (roll-up, retention, erase): sees every row of every user. */
  asSystem<T>(work: (tx: EntityManager) => Promise<T>, options: DatabaseWorkOptions = {}): Promise<T> {
    return this.followed(this.transaction(['lakescope.system', 'on'], work, options));
  }

  /** One question about the server itself, as nobody: sees no user's rows. Answered within seconds or not at all. */
  async ask<T>(sql: string, options: Pick<DatabaseWorkOptions, 'feature'> = {}): Promise<T | undefined> {
    const pool = this.ready(options.feature);
    const asking = this.begin(pool, (session) => session.ask<T>(sql)).then(async ([session, answer]) => {
      await session.release();
      return answer;
    });
    return this.followed(inTime(asking));
  }

  get poolUse(): PoolUse {
    return this.pool?.use ?? { total: 0, idle: 0, waiting: 0, max: defaults.poolSize };
  }

  /** From now on there is a database to work with. */
  open(pool: SessionPool): void {
    this.pool = pool;
  }

  /** What is under way gets a moment to end, then its connection is cut; the server takes back what was not committed. */
  async onApplicationShutdown(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    const ended = Promise.allSettled(this.running);
    await Promise.race([ended, delay(defaults.closePatienceMs, undefined, { ref: false })]);
    await pool?.close();
  }

  private ready(feature = 'This feature'): SessionPool {
    if (!this.config.configured) throw new LakebaseNotConfigured(feature);
    if (this.pool === undefined) {
      throw new DatabaseUnavailable(this.lifecycle.reason ?? `the app is ${this.lifecycle.phase}`);
    }
    return this.pool;
  }

  private async transaction<T>(
    setting: Setting,
    work: (tx: EntityManager) => Promise<T>,
    { feature, repeat, snapshot = false, statementTimeoutMs = defaults.statementTimeoutMs }: DatabaseWorkOptions,
  ): Promise<T> {
    const pool = this.ready(feature);
    const readOnly = snapshot || repeat === 'read';
    const terms = { setting, snapshot, readOnly, numbered: repeat === 'write', statementTimeoutMs };
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      const [session] = await this.begin(pool, (opened) => opened.begin(terms));
      const ended = await this.run(pool, session, work, readOnly);
      if ('result' in ended) return ended.result;
      const fault = faultOf(ended.error);
      const again =
        repeat !== undefined &&
        attempt < defaults.transactionAttempts &&
        performance.now() - startedAt < defaults.transactionBudgetMs &&
        (fault?.kind === 'lost' || fault?.kind === 'conflict' || (fault?.kind === 'elsewhere' && attempt === 1));
      if (!again) throw unavailable(ended.error);
      this.logger.warn(`A transaction is run again from its start: ${fault.reason}`);
      await delay((defaults.transactionRetryMs[attempt - 1] ?? 0) * (0.5 + Math.random()));
    }
  }

  /** An error that comes back means that nothing of the work has happened; where that cannot be said, it throws. */
  private async run<T>(
    pool: SessionPool,
    session: DatabaseSession,
    work: (tx: EntityManager) => Promise<T>,
    readOnly: boolean,
  ): Promise<{ result: T } | { error: unknown }> {
    let result: T;
    try {
      result = await work(session.manager);
      session.assertCommittable();
    } catch (error) {
      await this.abandon(pool, session, error);
      return { error };
    }
    try {
      await session.commit();
      await session.release();
      return { result };
    } catch (error) {
      await this.abandon(pool, session, error);
      const fault = faultOf(error);
      // The server says in so many words that it did not commit, unless the line broke before it could.
      if (fault === undefined || (fault.kind !== 'lost' && fault.kind !== 'silent')) return { error };
      if (readOnly) return { result };
      const outcome = session.number === undefined ? 'unknown' : await this.outcomeOf(pool, session.number);
      if (outcome === 'unknown') throw new OutcomeUnknown(fault.reason, error);
      return outcome === 'committed' ? { result } : { error };
    }
  }

  /**
   * What became of a transaction whose COMMIT was sent and not answered (`pg_xact_status`). Only the run of the server that gave out the
   * number can tell: one that recovered from a crash may give it out again.
   */
  private async outcomeOf(pool: SessionPool, number: TransactionNumber): Promise<'committed' | 'aborted' | 'unknown'> {
    const end = performance.now() + defaults.outcomePatienceMs;
    for (let attempt = 0; performance.now() < end; attempt++) {
      await delay(defaults.outcomePollMs[Math.min(attempt, defaults.outcomePollMs.length - 1)]);
      try {
        const [session, row] = await this.begin(pool, (opened) =>
          opened.ask<{ status: string | null }>('SELECT pg_xact_status($1::xid8) AS status', [number.xid]),
        );
        const { incarnation } = session;
        await session.release();
        if (incarnation !== number.incarnation) return 'unknown';
        if (row?.status === 'committed' || row?.status === 'aborted') return row.status;
      } catch (error) {
        this.logger.warn(
          `The outcome of a transaction cannot be asked for now: ${faultOf(error)?.reason ?? 'unknown reason'}`,
        );
      }
    }
    return 'unknown';
  }

  /**
   * Takes a connection and opens the work on it. Nothing has happened until then, so this part is always tried again: on a fresh
   * connection when a pooled one turned out to be dead, with a fresh credential when the login was refused, after a pause when the server
   * asks for patience.
   */
  private async begin<T>(
    pool: SessionPool,
    open: (session: DatabaseSession) => Promise<T>,
  ): Promise<[DatabaseSession, T]> {
    let [renewed, waits, losses] = [false, 0, 0];
    for (;;) {
      const { generation } = this.credentials;
      let session: DatabaseSession | undefined;
      try {
        session = await pool.acquire();
        const opened = await open(session);
        pool.heard();
        return [session, opened];
      } catch (error) {
        if (session !== undefined) await this.abandon(pool, session, error);
        const fault = faultOf(error);
        if (fault?.kind === 'refused-login' && !renewed) {
          renewed = true;
          if (await this.credentials.renewAfterRefusal(generation).catch(rethrowUnavailable)) continue;
        } else if (fault?.kind === 'busy' && waits < defaults.busyRetryMs.length) {
          await delay(defaults.busyRetryMs[waits++]);
          continue;
        } else if (fault?.kind === 'lost' && losses < defaults.lostRetryMs.length) {
          await delay(defaults.lostRetryMs[losses++]);
          continue;
        }
        throw unavailable(error);
      }
    }
  }

  /** Ends a transaction that did not come to its end; a connection in doubt ends with it. */
  private async abandon(pool: SessionPool, session: DatabaseSession, error: unknown): Promise<void> {
    const kind = faultOf(error)?.kind;
    if (kind === 'silent') pool.fellSilent();
    if (kind === undefined || kind === 'conflict' || kind === 'hopeless') {
      try {
        await session.rollback();
        await session.release();
        return;
      } catch (reason) {
        this.logger.warn(`Rollback failed: ${faultOf(reason)?.reason ?? 'the server refused it'}`);
      }
    }
    await session.destroy();
  }

  private followed<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    const forget = (): boolean => this.running.delete(work);
    work.then(forget, forget);
    return work;
  }
}

/** A busy pool must not keep waiting who only wants to know how things are. */
async function inTime<T>(asking: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(defaults.trivialTimeoutMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new DatabaseUnavailable('no connection became free in time');
  });
  late.catch(() => undefined);
  asking.catch(() => undefined);
  try {
    return await Promise.race([asking, late]);
  } finally {
    timer.abort();
  }
}

function unavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable) return error;
  if (missesSchema(error)) return new SchemaIsBehind(undefined, undefined, error);
  if (holdsUnstorableText(error)) return new UnstorableText(error);
  const reason = faultOf(error)?.reason;
  return reason === undefined ? error : new DatabaseUnavailable(reason, { cause: error });
}

function rethrowUnavailable(error: unknown): never {
  throw unavailable(error);
}
