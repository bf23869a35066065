import { TableCorrupt, messageOf } from '../errors';
import { asBoolean, asRecord, asText, parseJson, type JsonRecord } from '../json/lossless-json';
import type { DataType, JsonValue, StructField, StructType } from './types';

/** More levels are refused: everything that shows or compares a schema goes down as deep. */
const MOST_LEVELS = 1_500;

/** Parses `metaData.schemaString`. */
export function parseSchema(schemaString: string): StructType {
  try {
    const type = parseType(parseJson(schemaString), 0);
    if (typeof type === 'string' || type.type !== 'struct') throw new Error('the top level is not a struct');
    return type;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new TableCorrupt({ message: `The table's schema cannot be read: ${reason}`, missing: 'schema', cause });
  }
}

function parseType(value: JsonValue | undefined, depth: number): DataType {
  if (typeof value === 'string') return value;
  if (depth > MOST_LEVELS) throw new Error(`it is nested more than ${MOST_LEVELS} levels deep`);
  const record = asRecord(value);
  switch (record?.['type']) {
    case 'struct': {
      const fields = record['fields'];
      if (!Array.isArray(fields)) throw new Error('a struct has no fields');
      return { type: 'struct', fields: fields.map((field) => parseField(field, depth + 1)) };
    }
    case 'array':
      return {
        type: 'array',
        elementType: parseType(record['elementType'], depth + 1),
        containsNull: asBoolean(record['containsNull']) ?? true,
      };
    case 'map':
      return {
        type: 'map',
        keyType: parseType(record['keyType'], depth + 1),
        valueType: parseType(record['valueType'], depth + 1),
        valueContainsNull: asBoolean(record['valueContainsNull']) ?? true,
      };
    default:
      throw new Error(`unknown type ${JSON.stringify(value)?.slice(0, 200)}`);
  }
}

function parseField(value: JsonValue, depth: number): StructField {
  const record: JsonRecord = asRecord(value) ?? {};
  const name = asText(record['name']);
  if (name === undefined) throw new Error('a field has no name');
  return {
    name,
    type: parseType(record['type'], depth),
    nullable: asBoolean(record['nullable']) ?? true,
    metadata: asRecord(record['metadata']) ?? {},
  };
}
