/** Values of a statement's parameters. */
export type Values = readonly unknown[];

/** Runs one statement of a transaction. */
export type Run = <Row>(text: string, values?: Values) => Promise<Row[]>;

export interface BackgroundTransactionOptions {
  isolation?: 'repeatable read';
  readOnly?: boolean;
  statementTimeoutMs?: number;
}

/** What the book-keeping of metrics needs of the database: sessions that see every row, apart from those that answer requests. */
export abstract class Background {
  abstract get isOpen(): boolean;
  abstract transaction<T>(work: (run: Run) => Promise<T>, options?: BackgroundTransactionOptions): Promise<T>;
}
