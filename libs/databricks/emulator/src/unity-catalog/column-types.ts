import { typeText, type DataType, type JsonValue, type StructField } from '@lakescope/delta';
import type { ColumnInfo } from '@lakescope/databricks-wire';

/** Names of Delta's primitive types as Unity Catalog and SQL say them. */
const PRIMITIVES: Readonly<Record<string, { readonly name: string; readonly text: string }>> = {
  boolean: { name: 'BOOLEAN', text: 'boolean' },
  byte: { name: 'BYTE', text: 'tinyint' },
  short: { name: 'SHORT', text: 'smallint' },
  integer: { name: 'INT', text: 'int' },
  long: { name: 'LONG', text: 'bigint' },
  float: { name: 'FLOAT', text: 'float' },
  double: { name: 'DOUBLE', text: 'double' },
  string: { name: 'STRING', text: 'string' },
  binary: { name: 'BINARY', text: 'binary' },
  date: { name: 'DATE', text: 'date' },
  timestamp: { name: 'TIMESTAMP', text: 'timestamp' },
  timestamp_ntz: { name: 'TIMESTAMP_NTZ', text: 'timestamp_ntz' },
  variant: { name: 'VARIANT', text: 'variant' },
  void: { name: 'NULL', text: 'void' },
};

/** The columns of a Delta schema as Unity Catalog shows them. */
export function columnInfosOf(
  fields: readonly StructField[],
  partitionColumns: readonly string[] = [],
): readonly ColumnInfo[] {
  return fields.map((field, position) => {
    const { comment } = field.metadata;
    const partition = partitionColumns.indexOf(field.name);
    const decimal = typeof field.type === 'string' ? decimalOf(field.type) : undefined;
    return {
      name: field.name,
      position,
      type_name: typeNameOf(field.type),
      type_text: sqlTypeText(field.type),
      type_json: JSON.stringify(field),
      ...(decimal !== undefined && { type_precision: decimal.precision, type_scale: decimal.scale }),
      nullable: field.nullable,
      ...(typeof comment === 'string' && { comment }),
      ...(partition >= 0 && { partition_index: partition }),
    };
  });
}

/**
 * The Delta schema of columns: by `type_json`, else by the type's name. Columns that say neither understandably get the
 * text as their type, which readers then refuse by name.
 */
export function structFieldsOf(columns: readonly ColumnInfo[]): StructField[] {
  return columns.map((column) => {
    const name = column.name ?? '';
    const declared = fieldOfJson(column.type_json);
    const metadata: Record<string, JsonValue> = { ...declared?.metadata };
    if (column.comment !== undefined && column.comment !== '') metadata['comment'] = column.comment;
    return { name, type: declared?.type ?? typeOfText(column), nullable: column.nullable ?? true, metadata };
  });
}

/** Names of the partition columns, in their order. */
export function partitionColumnsOf(columns: readonly ColumnInfo[]): string[] {
  return columns
    .filter(({ partition_index: index }) => index !== undefined)
    .sort((one, other) => (one.partition_index ?? 0) - (other.partition_index ?? 0))
    .map(({ name = '' }) => name);
}

/** SQL in lower case: `bigint`, `decimal(10,2)`, `array<struct<a:int>>`. */
export function sqlTypeText(type: DataType): string {
  if (typeof type === 'string') return PRIMITIVES[type]?.text ?? type;
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${sqlTypeText(field.type)}`).join(',')}>`;
    case 'array':
      return `array<${sqlTypeText(type.elementType)}>`;
    case 'map':
      return `map<${sqlTypeText(type.keyType)},${sqlTypeText(type.valueType)}>`;
    default:
      return typeText(type);
  }
}

function typeNameOf(type: DataType): string {
  if (typeof type !== 'string') return type.type.toUpperCase();
  if (decimalOf(type) !== undefined) return 'DECIMAL';
  return PRIMITIVES[type]?.name ?? (/^[a-z]+/.exec(type)?.[0] ?? type).toUpperCase();
}

function decimalOf(type: string): { precision: number; scale: number } | undefined {
  const [, precision, scale] = /^decimal\((\d+),\s*(\d+)\)$/.exec(type) ?? [];
  return precision === undefined ? undefined : { precision: Number(precision), scale: Number(scale) };
}

function fieldOfJson(json: string | undefined): StructField | undefined {
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Some clients send the bare name of the type.
    return PRIMITIVES[json] === undefined ? undefined : { name: '', type: json, nullable: true, metadata: {} };
  }
  if (typeof value === 'string') return { name: '', type: value, nullable: true, metadata: {} };
  if (typeof value !== 'object' || value === null || !('type' in value) || !isDataType(value.type)) return undefined;
  const metadata = 'metadata' in value && isMetadata(value.metadata) ? value.metadata : {};
  return { name: '', type: value.type, nullable: true, metadata };
}

function isMetadata(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDataType(value: unknown): value is DataType {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if (value.type === 'array') return 'elementType' in value && isDataType(value.elementType);
  if (value.type === 'map') {
    return 'keyType' in value && isDataType(value.keyType) && 'valueType' in value && isDataType(value.valueType);
  }
  return value.type === 'struct' && 'fields' in value && Array.isArray(value.fields) && value.fields.every(isField);
}

function isField(value: unknown): value is StructField {
  if (typeof value !== 'object' || value === null) return false;
  return 'name' in value && typeof value.name === 'string' && 'type' in value && isDataType(value.type);
}

function typeOfText({ type_name: name = '', type_text: text = '' }: ColumnInfo): DataType {
  const lower = text.trim().toLowerCase();
  const known = Object.entries(PRIMITIVES).find(([, one]) => one.text === lower || one.name === name.toUpperCase());
  if (known !== undefined) return known[0];
  return /^dec(imal)?\b/.test(lower) ? lower.replace(/^dec\b/, 'decimal').replaceAll(' ', '') : text;
}
