import type { DataType } from '@lakescope/delta';
import { tooComplex } from './token-reader';
import type { ColumnFilter } from './wanted-rows';

/** Operators on top of each other beyond which a statement is refused: DuckDB gives up somewhat later. */
const MAX_HEIGHT = 400;

/** An expression in DuckDB's SQL, with what the platform would call its column. */
export interface Expression {
  readonly sql: string;
  /** The name of a column that is nothing but this expression and has no alias. */
  readonly name: string;
  readonly height: number;
  /** The text of a string literal or of a STRING parameter. */
  readonly text?: string;
  /** The name it was given inside `struct(... AS name)`. */
  readonly alias?: string;
  /** The last part of a column reference. */
  readonly column?: string;
  /** A column reference with its qualifier, also inside of lower(): names of the catalog are in lower case. */
  readonly path?: readonly string[];
  /** What the expression asks of columns when it is true; it may ask for more. */
  readonly filters?: readonly ColumnFilter[];
  /** Whether it asks for nothing but its filters. */
  readonly isCovered?: boolean;
}

/** Lists of parts are handed over as they are: spread, a list of a hundred thousand would exhaust the stack. */
export function expression(
  sql: string,
  name: string,
  ...parts: readonly (Expression | readonly Expression[])[]
): Expression {
  const height = 1 + parts.flat().reduce((most, part) => Math.max(most, part.height), 0);
  if (height > MAX_HEIGHT) throw tooComplex();
  return { sql, name, height };
}

/** Casts as Spark does them where DuckDB differs: fractions are cut, not rounded, and times lose their zone as text. */
const CASTS: ReadonlyMap<string, string> = new Map([
  ['byte', 'spark_tinyint'],
  ['short', 'spark_smallint'],
  ['integer', 'spark_int'],
  ['long', 'spark_bigint'],
  ['string', 'spark_string'],
]);

/** A cast in DuckDB's SQL. `attempt` gives NULL for what cannot be cast. */
export function cast(sql: string, type: DataType, duckdbType: string, attempt = false): string {
  const macro = typeof type === 'string' ? CASTS.get(type) : undefined;
  if (macro !== undefined) return `${attempt ? 'try_' : ''}${macro}(${sql})`;
  return `${attempt ? 'TRY_CAST' : 'CAST'}(${sql} AS ${duckdbType})`;
}
