/**
 * The Delta schema JSON as types (PROTOCOL.md, "Schema Serialization Format"). Primitive names are open: new ones appear
 * with new table features and must be shown even where they cannot be read.
 */
export type DataType = string | StructType | ArrayType | MapType;

/** Fields with names; the schema of a table is one. */
export interface StructType {
  type: 'struct';
  fields: StructField[];
}

/** A column, or a field of a struct, under its logical name. */
export interface StructField {
  name: string;
  type: DataType;
  nullable: boolean;
  metadata: Record<string, JsonValue>;
}

/** A list of values of one type. */
export interface ArrayType {
  type: 'array';
  elementType: DataType;
  containsNull: boolean;
}

/** Keys of one type with values of one type. */
export interface MapType {
  type: 'map';
  keyType: DataType;
  valueType: DataType;
  valueContainsNull: boolean;
}

/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** The type as people write it: `decimal(10,2)`, `array<struct<a: long>>`. */
export function typeText(type: DataType): string {
  if (typeof type === 'string') return type;
  switch (type.type) {
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}: ${typeText(field.type)}`).join(', ')}>`;
    case 'array':
      return `array<${typeText(type.elementType)}>`;
    case 'map':
      return `map<${typeText(type.keyType)}, ${typeText(type.valueType)}>`;
  }
}

/** The name a column has inside parquet files and statistics; only tables with column mapping tell the two apart. */
export function physicalName(field: StructField): string {
  const mapped = field.metadata['delta.columnMapping.physicalName'];
  return typeof mapped === 'string' ? mapped : field.name;
}
