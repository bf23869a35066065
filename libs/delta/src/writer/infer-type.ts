import type { DuckDBType } from '@duckdb/node-api';
import { InvalidRequest } from '../errors';
import type { DataType } from '../schema/types';

/** The Delta type that holds every value of a DuckDB type. */
export function inferType(type: DuckDBType, column: string): DataType {
  if ('entryNames' in type && 'entryTypes' in type) {
    return {
      type: 'struct',
      fields: type.entryNames.map((name, index) => {
        const entry = type.entryTypes[index];
        if (entry === undefined) throw new InvalidRequest(`Column ${column} has a field without a type`);
        return { name, type: inferType(entry, column), nullable: true, metadata: {} };
      }),
    };
  }
  if ('keyType' in type && 'valueType' in type) {
    return {
      type: 'map',
      keyType: inferType(type.keyType, column),
      valueType: inferType(type.valueType, column),
      valueContainsNull: true,
    };
  }
  if ('valueType' in type) {
    return { type: 'array', elementType: inferType(type.valueType, column), containsNull: true };
  }
  if ('width' in type && 'scale' in type) return `decimal(${type.width},${type.scale})`;
  const inferred = BY_NAME[type.toString()];
  if (inferred === undefined)
    throw new InvalidRequest(`Column ${column} is ${type.toString()}, which has no Delta type`);
  return inferred;
}

const BY_NAME: Record<string, string> = {
  BOOLEAN: 'boolean',
  TINYINT: 'byte',
  SMALLINT: 'short',
  INTEGER: 'integer',
  BIGINT: 'long',
  UTINYINT: 'short',
  USMALLINT: 'integer',
  UINTEGER: 'long',
  UBIGINT: 'decimal(20,0)',
  HUGEINT: 'decimal(38,0)',
  FLOAT: 'float',
  DOUBLE: 'double',
  VARCHAR: 'string',
  JSON: 'string',
  UUID: 'string',
  TIME: 'string',
  BLOB: 'binary',
  DATE: 'date',
  TIMESTAMP: 'timestamp_ntz',
  TIMESTAMP_S: 'timestamp_ntz',
  TIMESTAMP_MS: 'timestamp_ntz',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
};
