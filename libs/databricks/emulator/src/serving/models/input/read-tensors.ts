import type { SchemaEnforcementError } from '../schema-enforcement-error';
import type { ScalarType, Tensor } from '../signature';
import { tensorsText } from './array-text';
import { castCell, CastFailure, LossyCast } from './cast-cell';
import { enforcementFailed } from './enforce-columns';
import { columnOf, frameText, type Frame } from './frame';
import { isMap } from './nested-cell';
import { reprOf, tupleText, typeName } from './python-text';
import { invalid, unnamed } from './read-arrays';
import { schemaText } from './signature-text';

/** The types of cells of the numpy types a signature may name. */
const CELLS: Readonly<Record<string, ScalarType>> = {
  bool: 'boolean',
  int8: 'integer',
  int16: 'integer',
  int32: 'integer',
  int64: 'long',
  uint8: 'integer',
  uint16: 'integer',
  uint32: 'long',
  uint64: 'long',
  float16: 'float',
  float32: 'float',
  float64: 'double',
  str: 'string',
  object: 'string',
  'datetime64[ns]': 'datetime',
};

/**
 * `instances` and `inputs` for a model of tensors: numbers are made of what the dtype says, then the shapes are looked at. The
 * frame has one row for each entry of the first axis; the columns of a tensor without a name are the positions on its second
 * axis. Throws `SchemaEnforcementError`.
 */
export function readTensors(form: 'instances' | 'inputs', data: unknown, tensors: readonly Tensor[]): Frame {
  const [only] = tensors;
  if (only?.name === undefined) {
    if (isMap(data) || (Array.isArray(data) && data.length > 0 && data.every(isMap))) throw unnamed(data);
    return enforceTensors(convert(data, only), tensors);
  }
  const isRows = Array.isArray(data) && data.length > 0 && data.every(isMap);
  const byName = isRows && form === 'instances' ? columnsOf(data.filter(isMap)) : data;
  if (!isMap(byName)) {
    return tensors.length === 1 && Array.isArray(byName)
      ? enforceTensors({ [only.name]: convert(byName, only) }, tensors)
      : enforceTensors(convert(byName, only), tensors);
  }
  const entries = Object.entries(byName).map(
    ([name, value]) =>
      [
        name,
        convert(
          value,
          tensors.find((one) => one.name === name),
        ),
      ] as const,
  );
  return enforceTensors(Object.fromEntries(entries), tensors);
}

/** `dataframe_split` and `dataframe_records` for a model of tensors: a column for each tensor, or one tensor of all columns. */
export function tensorsOfFrame(frame: Frame, tensors: readonly Tensor[]): Frame {
  const [only] = tensors;
  const refused = (why: string): SchemaEnforcementError =>
    enforcementFailed(frameText(frame), schemaText({ kind: 'tensors', tensors }), why);
  if (only?.name !== undefined) {
    const missing = tensors.filter(({ name }) => !frame.names.includes(name ?? ''));
    if (missing.length > 0)
      throw refused(`Model is missing inputs [${missing.map(({ name }) => reprOf(name)).join(', ')}].`);
    const named = tensors.map((tensor) => [tensor.name, convert(columnOf(frame, tensor.name ?? ''), tensor)] as const);
    return enforceTensors(Object.fromEntries(named), tensors, () => frameText(frame));
  }
  if (frame.length === 0) throw refused('Input DataFrame is empty.');
  const rows = Array.from({ length: frame.length }, (_, row) => frame.columns.map((column) => column[row]));
  const isColumn = frame.names.length === 1 && only?.shape.length === 1;
  return enforceTensors(convert(isColumn ? rows.flat() : rows, only), tensors, () => frameText(frame));
}

function convert(value: unknown, tensor: Tensor | undefined): unknown {
  if (tensor === undefined) return value;
  const type = CELLS[tensor.dtype] ?? 'string';
  const cast = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(cast);
    return type === 'string' && typeof one === 'number' ? String(one) : castCell(one, type);
  };
  try {
    requireRegular(value, []);
    return cast(value);
  } catch (error) {
    if (error instanceof LossyCast)
      throw invalid(`Cannot cast from dtype('${error.from}') to dtype('${tensor.dtype}') without a loss`);
    if (error instanceof CastFailure) throw invalid(error.message);
    throw error;
  }
}

/** Throws `CastFailure` for lists of different lengths beside each other. */
function requireRegular(value: unknown, above: readonly number[]): void {
  if (!Array.isArray(value)) return;
  const lengths = new Set(value.map((one: unknown) => (Array.isArray(one) ? one.length : -1)));
  const shape = [...above, value.length];
  if (lengths.size > 1) {
    throw new CastFailure(
      'ValueError',
      `setting an array element with a sequence. The requested array has an inhomogeneous shape after ${shape.length} dimensions. The detected shape was ${tupleText(shape)} + inhomogeneous part.`,
    );
  }
  value.forEach((one: unknown) => requireRegular(one, shape));
}

function enforceTensors(value: unknown, tensors: readonly Tensor[], quote?: () => string): Frame {
  const text = (): string => tensorsText(value, (name) => tensors.find((one) => (one.name ?? '') === name)?.dtype);
  const refused = (why: string): SchemaEnforcementError =>
    enforcementFailed(quote?.() ?? text(), schemaText({ kind: 'tensors', tensors }), why);
  const [only] = tensors;
  if (only !== undefined && only.name === undefined) {
    requireShape(value, only, refused);
    const rows = (Array.isArray(value) ? value : [value]).map((row: unknown) => (Array.isArray(row) ? row : [row]));
    const width = rows[0]?.length ?? 0;
    const columns = Array.from({ length: width }, (_, column) => rows.map((row) => row[column] as unknown));
    return { names: columns.map((_, index) => index), columns, length: rows.length };
  }
  const fields: Readonly<Record<string, unknown>> = isMap(value) ? value : {};
  const missing = tensors.filter(({ name = '' }) => !Object.hasOwn(fields, name));
  if (missing.length > 0) {
    throw refused(`Model is missing inputs [${missing.map(({ name }) => reprOf(name)).join(', ')}].`);
  }
  const lists = tensors.map((tensor) => {
    const list = fields[tensor.name ?? ''];
    requireShape(list, tensor, refused);
    return Array.isArray(list) ? (list as readonly unknown[]) : [list];
  });
  const length = lists[0]?.length ?? 0;
  if (lists.some((list) => list.length !== length)) {
    throw invalid('The length of values for each input/column name are not the same');
  }
  return { names: tensors.map(({ name = '' }) => name), columns: lists, length };
}

function requireShape(value: unknown, { shape }: Tensor, refused: (why: string) => SchemaEnforcementError): void {
  const actual = shapeOf(value);
  const fits = actual.length === shape.length && shape.every((axis, index) => axis === -1 || axis === actual[index]);
  if (!fits) {
    const texts = [actual, shape].map((one) => (one.length === 0 ? '()' : tupleText(one)));
    throw refused(`Shape of input ${texts[0]} does not match expected shape ${texts[1]}.`);
  }
}

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

/** Instances by name as one list for each name. */
function columnsOf(records: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  const lists = [...names].map((name) => {
    const list = records.map((record) => record[name]);
    if (list.includes(undefined)) throw invalid(`An instance of type ${typeName(records[0])} lacks '${name}'`);
    return [name, list] as const;
  });
  return Object.fromEntries(lists);
}
