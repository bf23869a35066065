import type { Principal } from '../../identity/directory';

/** One statement to run (Statement Execution API, `POST /api/2.0/sql/statements`). */
export interface SqlRequest {
  readonly text: string;
  /** Default for names with one or two parts. */
  readonly catalog?: string;
  readonly schema?: string;
  readonly parameters: readonly SqlParameter[];
  readonly caller: Principal;
  /** An abort interrupts the statement wherever it is; what was asked rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Rows after which the result ends; `truncated()` then says so. */
  readonly rowLimit?: number;
}

/** A value for `:name`. The value is text whatever the type is; null is NULL. */
export interface SqlParameter {
  readonly name: string;
  readonly value: string | null;
  /** A Spark type name: `STRING`, `INT`, `DECIMAL(10,2)`, ... */
  readonly type: string;
}

/** A column of a result, as the statement's manifest describes it. */
export interface SqlColumn {
  readonly name: string;
  /** In upper case: `BIGINT`, `DECIMAL(10,2)`, `ARRAY<INT>`. */
  readonly typeText: string;
  /** `ColumnInfoTypeName`: `LONG`, `DECIMAL`, `ARRAY`, ... */
  readonly typeName: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly position: number;
}

/** A row of cells in the JSON_ARRAY format: every value as text. */
export type SqlRow = readonly (string | null)[];

/** Some rows. They are made while they are read, and can be read once. */
export type SqlBatch = Iterable<SqlRow> & { readonly length: number };

/** The rows of a statement. They are read once, either as chunks or as Arrow, and the result must be closed. */
export interface SqlResult {
  /** Empty for statements that only do something. */
  readonly columns: readonly SqlColumn[];
  /** In batches of up to 2,048 rows; nothing is read ahead of what is asked for. */
  chunks(): AsyncIterable<SqlBatch>;
  /** Whether `rowLimit` cut rows off; known once the chunks have ended. */
  truncated(): boolean;
  close(): Promise<void>;
}
