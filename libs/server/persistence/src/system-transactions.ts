import type { DataSource } from 'typeorm';
import type { BackgroundDatabase, BackgroundTransactionOptions, RunStatement } from './background-database';
import { defaults } from './defaults';
import type { LakebaseClient } from './lakebase-client';

/** The app's own work on the database, as far as a command line does it. */
export type SystemWork = Pick<BackgroundDatabase, 'transaction' | 'statement'>;

/** What `BackgroundDatabase` does in the server, over the connection of a command: sees every row of every user. */
export class SystemTransactions implements SystemWork {
  constructor(private readonly dataSource: DataSource) {}

  statement: SystemWork['statement'] = ({ text, values = [] }) => this.transaction((run) => run(text, values));

  async transaction<T>(
    work: (run: RunStatement) => Promise<T>,
    {
      isolation,
      readOnly = false,
      statementTimeoutMs = defaults.statementTimeoutMs,
    }: BackgroundTransactionOptions = {},
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const client = (await runner.connect()) as LakebaseClient;
    try {
      client.expectAnswersWithin(statementTimeoutMs);
      await runner.startTransaction(isolation === undefined ? undefined : 'REPEATABLE READ');
      try {
        // None of these looks at data, so the transaction's moment is that of its first own statement.
        await runner.query(
          `SET LOCAL lakescope.system = 'on'; SET LOCAL statement_timeout = ${Math.round(statementTimeoutMs)}` +
            (readOnly ? '; SET LOCAL transaction_read_only = on' : ''),
        );
        const result = await work((text, values = []) => runner.query(text, [...values]));
        await runner.commitTransaction();
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction();
        throw error;
      }
    } finally {
      await runner.release();
    }
  }
}
