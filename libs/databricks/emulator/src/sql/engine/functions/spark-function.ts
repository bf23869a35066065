import type { Expression } from '../language/expression';

/** How a function of Databricks SQL is said in DuckDB's. */
export interface SparkFunction {
  readonly least: number;
  readonly most: number;
  /** Aggregates take DISTINCT, FILTER and OVER; window functions OVER alone. */
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly write: (args: readonly string[], expressions: readonly Expression[]) => string;
  /** The type of the result where DuckDB's would be another. */
  readonly type?: string;
  /** Aggregates that pass over NULL: a condition on the first argument is added to FILTER. */
  readonly skipsNull?: boolean;
}

export type FunctionTable = Readonly<Record<string, SparkFunction>>;

const ANY = Number.POSITIVE_INFINITY;

/** The same function under DuckDB's name. */
export function as(duckdbName: string, least: number, most = least): SparkFunction {
  return { least, most, kind: 'scalar', write: (args) => `${duckdbName}(${args.join(', ')})` };
}

/** As `as`, with an INT where DuckDB gives a BIGINT. */
export function asInt(duckdbName: string, least: number, most = least): SparkFunction {
  return { ...as(duckdbName, least, most), type: 'INTEGER' };
}

export function written(
  least: number,
  most: number,
  write: (args: readonly string[], expressions: readonly Expression[]) => string,
): SparkFunction {
  return { least, most, kind: 'scalar', write };
}

export function aggregate(duckdbName: string, least = 1, most = least, type?: string): SparkFunction {
  return { ...as(duckdbName, least, most), kind: 'aggregate', ...(type === undefined ? {} : { type }) };
}

export function windowed(duckdbName: string, least: number, most = least, type?: string): SparkFunction {
  return { ...as(duckdbName, least, most), kind: 'window', ...(type === undefined ? {} : { type }) };
}

export { ANY };
