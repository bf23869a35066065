import type { DuckDBType } from '@duckdb/node-api';
import type { DataType } from '@lakescope/delta';
import type { SqlColumn } from '../sql-request';
import { sqlTypeText, typeName } from '../language/spark-types';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['BOOLEAN', 'boolean'],
  ['TINYINT', 'byte'],
  ['SMALLINT', 'short'],
  ['INTEGER', 'integer'],
  ['BIGINT', 'long'],
  ['UTINYINT', 'short'],
  ['USMALLINT', 'integer'],
  ['UINTEGER', 'long'],
  ['UBIGINT', 'decimal(20,0)'],
  // DuckDB sums whole numbers into 128 bits; the platform into 64, and says when they do not suffice.
  ['HUGEINT', 'long'],
  ['FLOAT', 'float'],
  ['DOUBLE', 'double'],
  ['BLOB', 'binary'],
  ['DATE', 'date'],
  ['TIMESTAMP', 'timestamp_ntz'],
  ['TIMESTAMP_S', 'timestamp_ntz'],
  ['TIMESTAMP_MS', 'timestamp_ntz'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  ['INTERVAL', 'interval'],
  ['SQLNULL', 'void'],
]);

/** The type a column of DuckDB has on the platform, by Delta's names. */
export function resultType(type: DuckDBType): DataType {
  if ('entryNames' in type && 'entryTypes' in type) {
    const fields = type.entryNames.map((name, index) => ({
      name,
      type: typeOrText(type.entryTypes[index]),
      nullable: true,
      metadata: {},
    }));
    return { type: 'struct', fields };
  }
  if ('keyType' in type && 'valueType' in type) {
    const keyType = resultType(type.keyType);
    return { type: 'map', keyType, valueType: resultType(type.valueType), valueContainsNull: true };
  }
  if ('valueType' in type) return { type: 'array', elementType: resultType(type.valueType), containsNull: true };
  if ('width' in type && 'scale' in type) return `decimal(${type.width},${type.scale})`;
  return TYPES.get(type.toString()) ?? 'string';
}

function typeOrText(type: DuckDBType | undefined): DataType {
  return type === undefined ? 'string' : resultType(type);
}

export function resultColumn(name: string, type: DataType, position: number): SqlColumn {
  const decimal =
    typeof type === 'string' && type.startsWith('decimal(') ? type.slice(8, -1).split(',').map(Number) : [];
  const [precision, scale] = decimal;
  return {
    name,
    typeText: sqlTypeText(type),
    typeName: typeName(type),
    position,
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  };
}
