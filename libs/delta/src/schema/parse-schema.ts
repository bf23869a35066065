import { TableCorrupt, messageOf } from '../errors';
import { asBoolean, asRecord, asText, parseJson, type JsonRecord } from '../json/lossless-json';
import type { DataType, JsonValue, StructField, StructType } from './types';

/** Parses `metaData.schemaString`. */
export function parseSchema(schemaString: string): StructType {
  try {
    const type = parseType(parseJson(schemaString));
    if (typeof type === 'string' || type.type !== 'struct') throw new Error('the top level is not a struct');
    return type;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new TableCorrupt({ message: `The table's schema cannot be read: ${reason}`, missing: 'schema', cause });
  }
}

function parseType(value: JsonValue | undefined): DataType {
  if (typeof value === 'string') return value;
  const record = asRecord(value);
  switch (record?.['type']) {
    case 'struct': {
      const fields = record['fields'];
      if (!Array.isArray(fields)) throw new Error('a struct has no fields');
      return { type: 'struct', fields: fields.map(parseField) };
    }
    case 'array':
      return {
        type: 'array',
        elementType: parseType(record['elementType']),
        containsNull: asBoolean(record['containsNull']) ?? true,
      };
    case 'map':
      return {
        type: 'map',
        keyType: parseType(record['keyType']),
        valueType: parseType(record['valueType']),
        valueContainsNull: asBoolean(record['valueContainsNull']) ?? true,
      };
    default:
      throw new Error(`unknown type ${JSON.stringify(value)}`);
  }
}

function parseField(value: JsonValue): StructField {
  const record: JsonRecord = asRecord(value) ?? {};
  const name = asText(record['name']);
  if (name === undefined) throw new Error('a field has no name');
  return {
    name,
    type: parseType(record['type']),
    nullable: asBoolean(record['nullable']) ?? true,
    metadata: asRecord(record['metadata']) ?? {},
  };
}
