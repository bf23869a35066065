import type { BackgroundDatabase, BackgroundTransactionOptions, RunStatement } from '@lakescope/server-persistence';

interface TimedTransaction {
  readonly began: number;
  readonly statements: { readonly text: string; readonly began: number }[];
  ended: number;
}

/** The background's database, with a stopwatch at every statement. */
export class TimedDatabase implements Pick<BackgroundDatabase, 'transaction' | 'statement'> {
  private transactions: TimedTransaction[] = [];

  constructor(private readonly database: BackgroundDatabase) {}

  readonly statement: BackgroundDatabase['statement'] = (statement) => this.database.statement(statement);

  async transaction<T>(work: (run: RunStatement) => Promise<T>, options?: BackgroundTransactionOptions): Promise<T> {
    const transaction: TimedTransaction = { began: performance.now(), statements: [], ended: NaN };
    this.transactions.push(transaction);
    try {
      return await this.database.transaction(
        (run) =>
          work((text, values) => {
            transaction.statements.push({ text, began: performance.now() });
            return run(text, values);
          }),
        options,
      );
    } finally {
      transaction.ended = performance.now();
    }
  }

  clear(): void {
    this.transactions = [];
  }

  /** From a statement to the end of its transaction, in milliseconds. */
  since(statement: RegExp): number {
    const { transaction, began } = this.find(statement);
    return transaction.ended - began;
  }

  transactionOf(statement: RegExp): number {
    const { transaction } = this.find(statement);
    return transaction.ended - transaction.began;
  }

  private find(statement: RegExp): { transaction: TimedTransaction; began: number } {
    for (const transaction of this.transactions) {
      const found = transaction.statements.find(({ text }) => statement.test(text));
      if (found !== undefined) return { transaction, began: found.began };
    }
    throw new Error(`No statement was like ${statement.source}`);
  }
}
