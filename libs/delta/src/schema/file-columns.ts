import { literal } from '../duckdb/sql';
import type { ColumnNames } from './column-names';
import { duckdbType } from './duckdb-type';
import type { StructField } from './types';

/**
 * The option of `read_parquet` that maps stored columns to those of each file as `c0`, `c1`, ..., by name, or by id where
 * the table says so: missing columns and struct fields become null, narrower types of older files are widened, and what
 * the schema does not name is not read.
 */
export function fileColumnTypes(names: ColumnNames, stored: readonly StructField[]): string {
  const entries = stored.map((field, index) => {
    const key = names.mode === 'id' ? String(names.fieldId(field) ?? -1) : literal(names.physical(field));
    const type = literal(duckdbType(field.type, names.physical));
    return `${key}: {name: 'c${index}', type: ${type}, default_value: NULL}`;
  });
  return entries.length === 0 ? '' : `, schema = MAP {${entries.join(', ')}}`;
}
