import type { JsonSchema } from './json-schema';
import { escaped, type InputProblem } from './schema-validator';

type Fields = Readonly<Record<string, unknown>>;

/** Inputs in the form that a schema describes, and the way back from its places to those of the inputs. */
export interface AdaptedInputs {
  readonly inputs: unknown;
  readonly pointerOf: (pointer: string) => string;
}

const SAME = (pointer: string): string => pointer;
const FORMS = ['dataframe_records', 'dataframe_split', 'instances', 'inputs'] as const;
type Form = (typeof FORMS)[number];

/** Cells that may be added to fill rows up. Without a bound, a list that is long beside many short ones would fill the memory. */
const MOST_ADDED = 100_000;

/**
 * A classic model takes the same rows in several forms, and its schema describes one of them. The others are brought into that form before
 * they are judged; what is wrong is told at the place where it was sent.
 */
export function adaptInputs(inputs: Fields, schema: JsonSchema): AdaptedInputs | InputProblem {
  const wanted = FORMS.find(
    (form) => schema.properties?.[form] !== undefined && schema.required?.includes(form) === true,
  );
  if (wanted === undefined) return { inputs, pointerOf: SAME };
  const given = FORMS.filter((form) => inputs[form] !== undefined);
  const [form] = given;
  if (form === undefined || given.length > 1) {
    return { pointer: '', message: `must have exactly one of ${FORMS.join(', ')}` };
  }
  if (form === wanted) return { inputs, pointerOf: SAME };
  const adapted =
    wanted === 'dataframe_records'
      ? asRecords(inputs, form)
      : wanted === 'inputs'
        ? asColumns(inputs, form)
        : undefined;
  if (adapted === undefined) return { pointer: '', message: `must have ${wanted}: this model does not take ${form}` };
  return adapted;
}

/** Rows by name, out of a table in two parts, of rows that are called otherwise, or of columns. */
function asRecords(inputs: Fields, form: Form): AdaptedInputs | InputProblem | undefined {
  const value = inputs[form];
  if (form === 'instances') return renamed(inputs, form, 'dataframe_records');
  if (form === 'dataframe_split') return fromSplit(inputs, value);
  if (!isFields(value)) return { pointer: '/inputs', message: 'must be an object with a list for each column' };
  const columns = Object.entries(value);
  const sizes = columns.map(([, cells]) => (Array.isArray(cells) ? cells.length : 1));
  const length = sizes.reduce((longest, size) => Math.max(longest, size), 0);
  if (isUneven(length * columns.length, sizes)) {
    return { pointer: '/inputs', message: 'must have lists of the same length for all columns' };
  }
  const cellAt = (cells: unknown, row: number): unknown => (Array.isArray(cells) ? (cells[row] as unknown) : cells);
  const records = Array.from({ length }, (_, row) =>
    Object.fromEntries(
      columns.map(([name, cells]) => [name, cellAt(cells, row)]).filter(([, cell]) => cell !== undefined),
    ),
  );
  return {
    inputs: { ...without(inputs, form), dataframe_records: records },
    pointerOf: (pointer) =>
      pointer
        .replace(/^\/dataframe_records\/(\d+)\/([^/]+)/, '/inputs/$2/$1')
        .replace(/^\/dataframe_records.*/, '/inputs'),
  };
}

function fromSplit(inputs: Fields, value: unknown): AdaptedInputs | InputProblem {
  const { columns, data } = isFields(value) ? value : {};
  if (!Array.isArray(data) || !data.every(Array.isArray)) {
    return { pointer: '/dataframe_split/data', message: 'must be a list of rows, each a list' };
  }
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string')) {
    return { pointer: '/dataframe_split/columns', message: 'must be a list of names' };
  }
  const rows = data as unknown[][];
  const odd = rows.findIndex((row) => row.length !== columns.length);
  if (odd !== -1)
    return {
      pointer: `/dataframe_split/data/${odd}`,
      message: `must have ${columns.length} cells, one for each column`,
    };
  const places = new Map(columns.map((name, index) => [escaped(name), index]));
  return {
    inputs: {
      ...without(inputs, 'dataframe_split'),
      dataframe_records: rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
    },
    pointerOf: (pointer) => {
      const [, row, column, rest = ''] = /^\/dataframe_records\/(\d+)(?:\/([^/]+)(.*))?$/.exec(pointer) ?? [];
      if (row === undefined) return pointer.replace('/dataframe_records', '/dataframe_split/data');
      if (column === undefined) return `/dataframe_split/data/${row}`;
      const place = places.get(column);
      return place === undefined ? '/dataframe_split/columns' : `/dataframe_split/data/${row}/${place}${rest}`;
    },
  };
}

/** Tensors by name, out of rows that hold one of each. */
function asColumns(inputs: Fields, form: Form): AdaptedInputs | InputProblem | undefined {
  const rows = inputs[form];
  if (form !== 'instances' || !Array.isArray(rows)) return undefined;
  if (!rows.every(isFields)) return renamed(inputs, form, 'inputs');
  const namesOfRows = rows.map((row) => Object.keys(row));
  const names = [...new Set(namesOfRows.flat())];
  const sizes = namesOfRows.map(({ length }) => length);
  if (isUneven(names.length * rows.length, sizes)) {
    return { pointer: '/instances', message: 'must have the same names in all rows' };
  }
  const tensors = names.map((name) => [name, rows.map((row) => row[name])] as const);
  return {
    inputs: { ...without(inputs, form), inputs: Object.fromEntries(tensors) },
    pointerOf: (pointer) =>
      pointer.replace(/^\/inputs\/([^/]+)\/(\d+)/, '/instances/$2/$1').replace(/^\/inputs(?=\/|$)/, '/instances'),
  };
}

/** Whether a table of so many cells would be made mostly of cells that nobody sent. */
function isUneven(cells: number, sizes: readonly number[]): boolean {
  return cells - sizes.reduce((sum, size) => sum + size, 0) > MOST_ADDED;
}

function renamed(inputs: Fields, from: Form, to: Form): AdaptedInputs {
  return {
    inputs: { ...without(inputs, from), [to]: inputs[from] },
    pointerOf: (pointer) => (pointer.startsWith(`/${to}`) ? `/${from}${pointer.slice(to.length + 1)}` : pointer),
  };
}

function without(inputs: Fields, form: Form): Fields {
  const { [form]: _, ...rest } = inputs;
  return rest;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
