import type { DataType } from '@lakescope/delta';
import type { SchemaElement } from './schema-element';

/** Names by their numbers. */
export const PHYSICAL = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;
/** Numbers of the physical types in parquet.thrift. */
const BOOLEAN = 0;
export const INT32 = 1;
export const INT64 = 2;
const INT96 = 3;
export const FLOAT = 4;
export const DOUBLE = 5;
const BYTE_ARRAY = 6;
const FIXED = 7;
const MOST_DIGITS = 38;

/** How the bounds of a column are stored, and so how they are read and compared. */
export type BoundKind =
  'int32' | 'int64' | 'float' | 'double' | 'date' | 'micros' | 'millis' | 'string' | 'decimal' | 'none';

/** The Delta type of a column and how its bounds are stored, by its physical type and its annotation; undefined where there is none. */
export function deltaType(
  physical: number,
  [name, detail]: readonly [string, string],
  { scale, precision }: SchemaElement,
): readonly [DataType, BoundKind] | undefined {
  if (name === 'DECIMAL') {
    const isWhole = physical === INT32 || physical === INT64 || physical === BYTE_ARRAY || physical === FIXED;
    if (!isWhole || precision < 1 || precision > MOST_DIGITS || scale < 0 || scale > precision) return undefined;
    return [`decimal(${precision},${scale})`, 'decimal'];
  }
  if (name === '') {
    switch (physical) {
      case BOOLEAN:
        return ['boolean', 'none'];
      case INT32:
        return ['integer', 'int32'];
      case INT64:
        return ['long', 'int64'];
      case INT96:
        return ['timestamp', 'none'];
      case FLOAT:
        return ['float', 'float'];
      case DOUBLE:
        return ['double', 'double'];
      default:
        return ['binary', 'none'];
    }
  }
  switch (physical) {
    case INT32:
      if (name === 'DATE') return ['date', 'date'];
      if (name === 'INTEGER' && detail === '32') return ['integer', 'int32'];
      if (name === 'INTEGER' && detail === '16') return ['short', 'int32'];
      return name === 'INTEGER' && detail === '8' ? ['byte', 'int32'] : undefined;
    case INT64:
      if (name === 'INTEGER' && detail === '64') return ['long', 'int64'];
      if (name !== 'TIMESTAMP') return undefined;
      if (detail === 'UTC MICROS') return ['timestamp', 'micros'];
      if (detail === 'UTC MILLIS') return ['timestamp', 'millis'];
      if (detail === 'MICROS') return ['timestamp_ntz', 'micros'];
      return detail === 'MILLIS' ? ['timestamp_ntz', 'millis'] : undefined;
    case BYTE_ARRAY:
      if (name === 'STRING' || name === 'ENUM' || name === 'JSON') return ['string', 'string'];
      return name === 'BSON' ? ['binary', 'none'] : undefined;
    default:
      return undefined;
  }
}
