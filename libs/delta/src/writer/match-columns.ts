import { InvalidRequest } from '../errors';
import type { StructField, StructType } from '../schema/types';

/**
 * The schema a write leads to: the table's own, plus the rows' new columns where the caller allows it. Missing nullable
 * columns become null; anything else that does not fit is refused before a byte is written.
 */
export function matchColumns(schema: StructType, rows: readonly StructField[], mergeSchema: boolean): StructType {
  const known = new Set(schema.fields.map((field) => field.name.toLowerCase()));
  const given = new Set(rows.map((field) => field.name.toLowerCase()));
  const missing = schema.fields.find((field) => !field.nullable && !given.has(field.name.toLowerCase()));
  if (missing !== undefined)
    throw new InvalidRequest(`The rows have no column ${missing.name}, which must not be null`);
  const added = rows.filter((field) => !known.has(field.name.toLowerCase()));
  if (added.length === 0) return schema;
  if (!mergeSchema) {
    const names = added.map((field) => field.name).join(', ');
    throw new InvalidRequest(`The table has no column ${names}; mergeSchema adds it`);
  }
  return { type: 'struct', fields: [...schema.fields, ...added] };
}
