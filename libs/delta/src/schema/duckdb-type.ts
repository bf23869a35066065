import { identifier } from '../duckdb/sql';
import { UnsupportedTableFeature } from '../errors';
import { physicalName, type DataType, type StructField } from './types';

/** DuckDB goes down into a type by recursion and refuses what is too deep in words of its own. */
const MOST_LEVELS = 100;

/** A map, because type names come from tables: an object would also answer to `constructor`. */
const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['string', 'VARCHAR'],
  ['long', 'BIGINT'],
  ['integer', 'INTEGER'],
  ['short', 'SMALLINT'],
  ['byte', 'TINYINT'],
  ['float', 'FLOAT'],
  ['double', 'DOUBLE'],
  ['boolean', 'BOOLEAN'],
  ['binary', 'BLOB'],
  ['date', 'DATE'],
  ['timestamp', 'TIMESTAMP WITH TIME ZONE'],
  ['timestamp_ntz', 'TIMESTAMP'],
]);

/**
 * The type DuckDB shall read a column as, with the physical names of nested fields. Types this library cannot show
 * exactly are refused by name. A void is always null and must not occur in files, so any type serves.
 */
export function duckdbType(
  type: DataType,
  nameOf: (field: StructField) => string = physicalName,
  depth: number = 0,
): string {
  if (depth > MOST_LEVELS) throw new UnsupportedTableFeature([`types of more than ${MOST_LEVELS} levels`]);
  if (typeof type !== 'string') {
    switch (type.type) {
      case 'struct':
        return `STRUCT(${type.fields.map((field) => `${identifier(nameOf(field))} ${duckdbType(field.type, nameOf, depth + 1)}`).join(', ')})`;
      case 'array':
        return `${duckdbType(type.elementType, nameOf, depth + 1)}[]`;
      case 'map':
        return `MAP(${duckdbType(type.keyType, nameOf, depth + 1)}, ${duckdbType(type.valueType, nameOf, depth + 1)})`;
    }
  }
  if (type === 'void') return 'INTEGER';
  const decimal = parseDecimal(type);
  if (decimal !== undefined) return `DECIMAL(${decimal.precision}, ${decimal.scale})`;
  const primitive = PRIMITIVES.get(type);
  if (primitive === undefined) throw new UnsupportedTableFeature([`type ${type}`]);
  return primitive;
}

export function parseDecimal(type: DataType): { precision: number; scale: number } | undefined {
  if (typeof type !== 'string') return undefined;
  if (type === 'decimal') return { precision: 10, scale: 0 };
  const match = /^decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)$/.exec(type);
  return match === null ? undefined : { precision: Number(match[1]), scale: Number(match[2]) };
}
