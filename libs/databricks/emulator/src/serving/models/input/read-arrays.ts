import { SchemaEnforcementError } from '../schema-enforcement-error';
import type { Column, ColumnType } from '../signature';
import { castCell, CastFailure, LossyCast } from './cast-cell';
import { parseDatetime } from './datetime-text';
import { frameOfRecords, type Frame } from './frame';
import { enforceNested, isMap } from './nested-cell';
import { typeName } from './python-text';

/**
 * `instances` and `inputs` for a model of columns: rows or columns of plain JSON, converted as numpy does. Throws
 * `SchemaEnforcementError`; what could be converted only with a loss stays as it is.
 */
export function readArrays(form: 'instances' | 'inputs', data: unknown, columns: readonly Column[]): Frame {
  const types = new Map(
    columns.flatMap((column) => (column.name === undefined ? [] : [[column.name, column] as const])),
  );
  const converted = (name: string, value: unknown): unknown => convert(value, types.get(name));
  if (Array.isArray(data) && data.length > 0 && (form === 'instances' ? isMap(data[0]) : data.every(isMap))) {
    const records = data.map((item: unknown) => {
      if (!isMap(item)) throw invalid(`'${typeName(item)}' object has no attribute 'items'`);
      return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, converted(name, value)]));
    });
    return form === 'inputs' ? frameOfRecords(records) : frameOfLists(listsOf(records), columns);
  }
  const [only] = columns;
  if (types.size === 1 && Array.isArray(data) && only?.name !== undefined && data.length > 0 && !data.some(isMap)) {
    return frameOfLists({ [only.name]: converted(only.name, data) }, columns);
  }
  if (isMap(data)) {
    if (types.size === 0) throw unnamed(data);
    const entries = Object.entries(data).map(([name, value]) => [name, converted(name, value)] as const);
    return frameOfLists(Object.fromEntries(entries), columns);
  }
  const values = convert(data, only);
  return frameOfRecords(Array.isArray(values) ? values : [values]);
}

function convert(value: unknown, column: Column | undefined): unknown {
  if (column === undefined) return value;
  try {
    return converted(value, column.type, column.required);
  } catch (error) {
    if (error instanceof LossyCast) return value;
    if (error instanceof CastFailure) throw invalid(error.message);
    throw error;
  }
}

function converted(value: unknown, type: ColumnType, required: boolean): unknown {
  if (type.kind !== 'scalar') return enforceNested(value, type, required);
  if (Array.isArray(value)) return value.map((one: unknown) => converted(one, type, required));
  // Unlike pandas, numpy makes texts of everything.
  if (type.scalar === 'string' && (typeof value === 'number' || typeof value === 'bigint')) return String(value);
  if (type.scalar === 'datetime' && typeof value === 'string') {
    // And knows no zones: a time in one is that time in UTC.
    const { time } = parseDatetime(value);
    if (time !== undefined) return new Date(time);
  }
  return castCell(value, type.scalar);
}

/** Instances become columns; what one of them does not have makes its column shorter. */
function listsOf(records: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const lists = new Map<string, unknown[]>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      const list = lists.get(name);
      if (list === undefined) lists.set(name, [value]);
      else list.push(value);
    }
  }
  return Object.fromEntries(lists);
}

function frameOfLists(lists: Readonly<Record<string, unknown>>, columns: readonly Column[]): Frame {
  const names = Object.keys(lists);
  const values = Object.values(lists);
  const isOneRow = columns.some(({ type }) => type.kind === 'array' || type.kind === 'object');
  const lengths = values.flatMap((value) => (Array.isArray(value) ? [value.length] : []));
  if (isOneRow || lengths.length === 0) {
    return { names, columns: values.map((value) => [value]), length: names.length === 0 ? 0 : 1 };
  }
  const [length = 0] = lengths;
  if (lengths.some((one) => one !== length)) throw new UnevenColumns();
  const cells = values.map((value) => (Array.isArray(value) ? value : new Array<unknown>(length).fill(value)));
  return { names, columns: cells, length };
}

/** Columns of different lengths are no frame. */
export class UnevenColumns extends Error {
  constructor() {
    super(
      'This model contains a column-based signature, which suggests a DataFrame input. There was an error casting the input data to a DataFrame: All arrays must be of the same length',
    );
  }
}

export function unnamed(data: unknown): SchemaEnforcementError {
  return invalid(
    `Failed to parse input data. This model contains an un-named  model signature which expects a single n-dimensional array or a single value as input, however, an input of type <class '${typeName(data)}'> was found.`,
  );
}

export function invalid(why: string): SchemaEnforcementError {
  return new SchemaEnforcementError(`Invalid input. ${why}`);
}
