import { AGGREGATE_FUNCTIONS } from './aggregate-functions';
import { DATE_FUNCTIONS } from './date-functions';
import { NESTED_FUNCTIONS } from './nested-functions';
import { SCALAR_FUNCTIONS } from './scalar-functions';
import type { SparkFunction } from './spark-function';

/** A map: an object would also answer to `constructor`. */
const FUNCTIONS: ReadonlyMap<string, SparkFunction> = new Map(
  [SCALAR_FUNCTIONS, NESTED_FUNCTIONS, DATE_FUNCTIONS, AGGREGATE_FUNCTIONS].flatMap((table) => Object.entries(table)),
);

/** A function by its name in any case. No other function of DuckDB can be called: some of them read files. */
export function findFunction(name: string): SparkFunction | undefined {
  return FUNCTIONS.get(name.toLowerCase());
}
