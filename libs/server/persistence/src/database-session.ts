import type { EntityManager, QueryRunner } from 'typeorm';
import { defaults } from './defaults';
import type { LakebaseClient } from './lakebase-client';

/** For whom a transaction works: row-level security reads it. */
export type Setting = readonly [name: 'lakescope.user_id' | 'lakescope.system', value: string];

export interface TransactionTerms {
  /** Without one the transaction sees no row of anybody. */
  readonly setting?: Setting | undefined;
  /** Sees the database all the time as it was at its first statement. */
  readonly snapshot: boolean;
  /** Writes nothing, and the server holds it to that. */
  readonly readOnly: boolean;
  /** Has a number from the start, by which can be asked later whether it happened. */
  readonly numbered: boolean;
  readonly statementTimeoutMs: number;
}

const WENT_ON = 'The work went on after a statement had failed, so nothing of it was stored';

/** By what the outcome of a transaction can be asked for when its end was not heard. */
export interface TransactionNumber {
  readonly xid: string;
  readonly incarnation: string;
}

/** One connection out of the pool, for one transaction. */
export class DatabaseSession {
  private numbered: TransactionNumber | undefined;

  constructor(
    private readonly runner: QueryRunner,
    private readonly client: LakebaseClient,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  /** Undefined when the transaction was not begun with one. */
  get number(): TransactionNumber | undefined {
    return this.numbered;
  }

  async begin({ setting, snapshot, readOnly, numbered, statementTimeoutMs }: TransactionTerms): Promise<void> {
    this.expectTrivialAnswers();
    await this.runner.startTransaction(snapshot ? 'REPEATABLE READ' : undefined);
    const values = [String(statementTimeoutMs), ...(setting ?? [])];
    const parts = [
      `set_config('statement_timeout', $1, true)`,
      ...(setting === undefined ? [] : ['set_config($2, $3, true)']),
      ...(readOnly ? [`set_config('transaction_read_only', 'on', true)`] : []),
      ...(numbered ? ['pg_current_xact_id()::text AS xid'] : []),
    ];
    const [row] = (await this.runner.query(`SELECT ${parts.join(', ')}`, values)) as { xid?: string }[];
    this.client.expectAnswersWithin(statementTimeoutMs);
    const { incarnation } = this.client;
    if (row?.xid !== undefined && incarnation !== undefined) this.numbered = { xid: row.xid, incarnation };
  }

  /** Throws while it is certain that nothing would be, or could be, committed. */
  assertCommittable(): void {
    if (this.runner.isReleased) throw new Error('Connection terminated before the transaction was committed');
    // The server turns a COMMIT after a failed statement into a rollback and says so only in passing.
    if (this.client.getTransactionStatus() === 'E') {
      throw new Error(WENT_ON);
    }
  }

  /** Rejects when the server took it all back: word of a statement that had failed may have come too late to be seen before. */
  async commit(): Promise<void> {
    const answers = await this.client.answersTo(() => this.runner.commitTransaction());
    if (answers.includes('ROLLBACK')) throw new Error(WENT_ON);
  }

  async rollback(): Promise<void> {
    if (this.runner.isTransactionActive) await this.runner.rollbackTransaction();
  }

  /** One statement that takes the server no time, in a transaction of its own. */
  async ask<T>(sql: string, parameters: unknown[] = []): Promise<T | undefined> {
    this.expectTrivialAnswers();
    const rows = (await this.runner.query(sql, parameters)) as T[];
    return rows[0];
  }

  get incarnation(): string | undefined {
    return this.client.incarnation;
  }

  /** Gives the connection back to the pool. */
  async release(): Promise<void> {
    await this.runner.release();
  }

  /** Ends a connection in doubt: given back, it could carry on another user's transaction. */
  async destroy(): Promise<void> {
    this.client.destroy();
    await this.runner.release();
  }

  private expectTrivialAnswers(): void {
    this.client.expectAnswersWithin(defaults.trivialTimeoutMs - defaults.silenceMarginMs);
  }
}
