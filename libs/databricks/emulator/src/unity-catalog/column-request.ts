import type { ColumnInfo } from '@lakescope/databricks-wire';
import { invalidParameter } from '../http/refusals';
import { fieldsOf, requiredField, textField } from './catalog-request';

const MOST_COLUMNS = 10_000;

/** Columns of a table or parameters of a function. As on the platform, whether Spark could read them is not judged. */
export function columnsField(value: unknown): ColumnInfo[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidParameter('columns must be a list');
  if (value.length > MOST_COLUMNS) throw invalidParameter(`A table has at most ${MOST_COLUMNS} columns`);
  const columns = value.map((column: unknown, index) => columnOf(column, index));
  const names = columns.map(({ name }) => name?.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`Found duplicate column(s): ${twice.slice(0, 200)}`);
  return columns.sort((one, other) => (one.position ?? 0) - (other.position ?? 0));
}

function columnOf(value: unknown, index: number): ColumnInfo {
  const fields = fieldsOf(value);
  const nullable = fields.get('nullable') ?? true;
  if (typeof nullable !== 'boolean') throw invalidParameter('nullable must be a boolean');
  const column: ColumnInfo = {
    name: requiredField(fields, 'name'),
    position: integer(fields, 'position') ?? index,
    type_name: requiredField(fields, 'type_name'),
    type_text: requiredField(fields, 'type_text'),
    nullable,
  };
  const [json, comment] = [textField(fields, 'type_json'), textField(fields, 'comment')];
  const [precision, scale] = [integer(fields, 'type_precision'), integer(fields, 'type_scale')];
  const partition = integer(fields, 'partition_index');
  return {
    ...column,
    ...(json !== undefined && { type_json: json }),
    ...(precision !== undefined && { type_precision: precision }),
    ...(scale !== undefined && { type_scale: scale }),
    ...(comment !== undefined && { comment }),
    ...(partition !== undefined && { partition_index: partition }),
  };
}

function integer(fields: ReadonlyMap<string, unknown>, name: string): number | undefined {
  const value = fields.get(name) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidParameter(`${name} must be an integer`);
}
