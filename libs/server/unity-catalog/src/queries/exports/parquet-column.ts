import { sparkType } from '../spark-type';
import {
  DECIMAL_BYTES,
  plainBinary,
  plainBit,
  plainDate,
  plainDecimal,
  plainDouble,
  plainFloat,
  plainInteger,
  plainLong,
  plainText,
  plainTime,
  type WritePlain,
} from './parquet-plain';
import { JSON_TYPE } from './row-encoder';
import { ThriftStruct } from './thrift-compact';

/** Physical types of Parquet; https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const BOOLEAN = 0;
const INT32 = 1;
const INT64 = 2;
const FLOAT = 4;
const DOUBLE = 5;
const BYTE_ARRAY = 6;
const FIXED_LEN_BYTE_ARRAY = 7;

/** Converted types, which every reader knows. */
const UTF8 = 0;
const DECIMAL = 5;
const DATE = 6;
const INT_8 = 15;
const INT_16 = 16;
const JSON_TEXT = 19;

/** How a column is stored: its entry in the schema, and the bytes of its values. */
export interface ParquetColumn {
  readonly type: number;
  readonly plain: WritePlain;
  schema(name: string): ThriftStruct;
}

interface Logical {
  readonly converted?: number;
  readonly logical?: ThriftStruct;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
}

/** A column of Databricks SQL. Types without a counterpart, and nested ones, are text: the latter as JSON. */
export function parquetColumn(typeText: string): ParquetColumn {
  const type = sparkType(typeText);
  if (type.kind !== 'scalar') return column(BYTE_ARRAY, { converted: JSON_TEXT }, plainText);
  switch (type.name) {
    case 'BOOLEAN':
      return column(BOOLEAN, {}, plainBit);
    case 'TINYINT':
      return column(INT32, { converted: INT_8 }, plainInteger);
    case 'SMALLINT':
      return column(INT32, { converted: INT_16 }, plainInteger);
    case 'INT':
      return column(INT32, {}, plainInteger);
    case 'BIGINT':
      return column(INT64, {}, plainLong);
    case 'FLOAT':
      return column(FLOAT, {}, plainFloat);
    case 'DOUBLE':
      return column(DOUBLE, {}, plainDouble);
    case 'DECIMAL': {
      const { precision = 10, scale = 0 } = type;
      const logical = { converted: DECIMAL, length: DECIMAL_BYTES, precision, scale };
      return column(FIXED_LEN_BYTE_ARRAY, logical, plainDecimal(scale));
    }
    case 'DATE':
      return column(INT32, { converted: DATE }, plainDate);
    case 'TIMESTAMP':
      return column(INT64, { logical: microseconds(true) }, plainTime);
    case 'TIMESTAMP_NTZ':
      return column(INT64, { logical: microseconds(false) }, plainTime);
    case JSON_TYPE:
      return column(BYTE_ARRAY, { converted: JSON_TEXT }, plainText);
    case 'BINARY':
      return column(BYTE_ARRAY, {}, plainBinary);
    default:
      return column(BYTE_ARRAY, { converted: UTF8 }, plainText);
  }
}

function column(type: number, logical: Logical, plain: ParquetColumn['plain']): ParquetColumn {
  const { converted, length, precision, scale } = logical;
  return {
    type,
    plain,
    schema: (name) =>
      new ThriftStruct([
        [1, type],
        [2, length],
        // OPTIONAL: any column may hold NULL.
        [3, 1],
        [4, name],
        [6, converted],
        [7, scale],
        [8, precision],
        [10, logical.logical],
      ]),
  };
}

/** LogicalType TIMESTAMP in microseconds; the older converted type cannot say that a time has no zone. */
function microseconds(isUtc: boolean): ThriftStruct {
  const unit = new ThriftStruct([[2, new ThriftStruct([])]]);
  return new ThriftStruct([
    [
      8,
      new ThriftStruct([
        [1, isUtc],
        [2, unit],
      ]),
    ],
  ]);
}
