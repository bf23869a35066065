import type { DataType, StructField } from '@lakescope/delta';
import { SqlFailure } from '../sql-failure';
import type { TokenReader } from './token-reader';

/** Type names of Databricks SQL (language reference, "Data types") as Delta's names. */
const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['BOOLEAN', 'boolean'],
  ['TINYINT', 'byte'],
  ['BYTE', 'byte'],
  ['SMALLINT', 'short'],
  ['SHORT', 'short'],
  ['INT', 'integer'],
  ['INTEGER', 'integer'],
  ['BIGINT', 'long'],
  ['LONG', 'long'],
  ['FLOAT', 'float'],
  ['REAL', 'float'],
  ['DOUBLE', 'double'],
  ['STRING', 'string'],
  ['BINARY', 'binary'],
  ['DATE', 'date'],
  ['TIMESTAMP', 'timestamp'],
  ['TIMESTAMP_LTZ', 'timestamp'],
  ['TIMESTAMP_NTZ', 'timestamp_ntz'],
  ['VOID', 'void'],
]);
const SQL_NAMES: ReadonlyMap<string, string> = new Map([
  ['byte', 'TINYINT'],
  ['short', 'SMALLINT'],
  ['integer', 'INT'],
  ['long', 'BIGINT'],
]);
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['integer', 'INT'],
  ['void', 'NULL'],
]);
const MAX_DECIMAL_PRECISION = 38;

/** Reads a type. */
export function readType(reader: TokenReader): DataType {
  return reader.nested(() => {
    const token = reader.identifier();
    const name = token.value.toUpperCase();
    switch (name) {
      case 'DECIMAL':
      case 'DEC':
      case 'NUMERIC':
        return decimalType(reader);
      case 'VARCHAR':
      case 'CHAR':
      case 'CHARACTER':
        reader.inParentheses(() => wholeNumber(reader));
        return 'string';
      case 'ARRAY': {
        reader.expectSymbol('<');
        const elementType = readType(reader);
        closeAngle(reader);
        return { type: 'array', elementType, containsNull: true };
      }
      case 'MAP': {
        reader.expectSymbol('<');
        const keyType = readType(reader);
        reader.expectSymbol(',');
        const valueType = readType(reader);
        closeAngle(reader);
        return { type: 'map', keyType, valueType, valueContainsNull: true };
      }
      case 'STRUCT':
        return structType(reader);
    }
    const primitive = PRIMITIVES.get(name);
    if (primitive !== undefined) return primitive;
    throw new SqlFailure('UNSUPPORTED_DATATYPE', `Unsupported data type "${name}".`, '0A000', {
      suffix: reader.placeOf(token),
    });
  });
}

/** `>>` closes two levels, so it is given back as one. */
function closeAngle(reader: TokenReader): void {
  reader.splitSymbol('>>', '>');
  reader.expectSymbol('>');
}

function decimalType(reader: TokenReader): DataType {
  if (!reader.isSymbol('(')) return 'decimal(10,0)';
  const [precision, scale = 0] = reader.inParentheses(() => reader.list(() => wholeNumber(reader)));
  if (precision === undefined || precision > MAX_DECIMAL_PRECISION || precision < 1) {
    throw new SqlFailure(
      'DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION',
      `Decimal precision ${precision ?? 0} exceeds max precision ${MAX_DECIMAL_PRECISION}.`,
      '22003',
    );
  }
  if (scale > precision) {
    throw new SqlFailure(
      'INVALID_DECIMAL_SCALE',
      `Decimal scale ${scale} cannot be greater than precision ${precision}.`,
      '22003',
    );
  }
  return `decimal(${precision},${scale})`;
}

function wholeNumber(reader: TokenReader): number {
  const token = reader.peek();
  const value = Number(token.value);
  if (token.kind !== 'number' || !Number.isSafeInteger(value)) throw reader.syntaxError();
  reader.next();
  return value;
}

function structType(reader: TokenReader): DataType {
  // An empty struct is written <>, which is a symbol of its own.
  if (reader.acceptSymbol('<>')) return { type: 'struct', fields: [] };
  reader.expectSymbol('<');
  const fields = reader.list((): StructField => {
    const name = reader.identifier().value;
    reader.acceptSymbol(':');
    const type = readType(reader);
    const nullable = !reader.accept('NOT', 'NULL');
    const metadata: StructField['metadata'] = reader.accept('COMMENT') ? { comment: reader.string() } : {};
    return { name, type, nullable, metadata };
  });
  closeAngle(reader);
  return { type: 'struct', fields };
}

/** As catalogs and DESCRIBE write it: `bigint`, `decimal(10,2)`, `array<int>`, `struct<a:int>`. */
export function catalogTypeText(type: DataType): string {
  if (typeof type === 'string') return (SQL_NAMES.get(type) ?? type).toLowerCase();
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${catalogTypeText(field.type)}`).join(',')}>`;
    case 'array':
      return `array<${catalogTypeText(type.elementType)}>`;
    case 'map':
      return `map<${catalogTypeText(type.keyType)},${catalogTypeText(type.valueType)}>`;
  }
}

/** As manifests and messages write it: `BIGINT`, `DECIMAL(10,2)`, `STRUCT<a: INT>`. */
export function sqlTypeText(type: DataType): string {
  if (typeof type === 'string') return SQL_NAMES.get(type) ?? type.toUpperCase();
  switch (type.type) {
    case 'struct':
      return `STRUCT<${type.fields.map((field) => `${field.name}: ${sqlTypeText(field.type)}`).join(', ')}>`;
    case 'array':
      return `ARRAY<${sqlTypeText(type.elementType)}>`;
    case 'map':
      return `MAP<${sqlTypeText(type.keyType)}, ${sqlTypeText(type.valueType)}>`;
  }
}

/** `ColumnInfoTypeName`: LONG, DECIMAL, STRUCT, ... */
export function typeName(type: DataType): string {
  if (typeof type !== 'string') return type.type.toUpperCase();
  if (type.startsWith('decimal')) return 'DECIMAL';
  return TYPE_NAMES.get(type) ?? type.toUpperCase();
}
