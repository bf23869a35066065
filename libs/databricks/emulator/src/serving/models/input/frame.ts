import { reprOf, textOf } from './python-text';

/** A column without a name has its position. */
export type ColumnName = string | number;

/** Rows to be answered, by columns, as a pandas DataFrame. A cell that was not sent is null. */
export interface Frame {
  readonly names: readonly ColumnName[];
  readonly columns: readonly (readonly unknown[])[];
  /** How many rows. */
  readonly length: number;
}

export function columnOf(frame: Frame, name: ColumnName): readonly unknown[] | undefined {
  const index = frame.names.indexOf(name);
  return index < 0 ? undefined : frame.columns[index];
}

/** Columns in the order in which their names appear first; what a row does not have is null. */
export function frameOfRecords(records: readonly unknown[]): Frame {
  const columns = new Map<ColumnName, unknown[]>();
  records.forEach((record, row) => {
    for (const [name, value] of cellsOf(record)) {
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = new Array<unknown>(records.length).fill(null)));
      column[row] = value;
    }
  });
  return { names: [...columns.keys()], columns: [...columns.values()], length: records.length };
}

/** A record has names; a list or a single value is taken by position. */
function cellsOf(record: unknown): readonly (readonly [ColumnName, unknown])[] {
  if (typeof record === 'object' && record !== null && !Array.isArray(record)) return Object.entries(record);
  return (Array.isArray(record) ? record : [record]).map((value, index) => [index, value] as const);
}

/** Rows by position under these names. Undefined: a row has another number of cells. */
export function frameOfRows(rows: readonly (readonly unknown[])[], names: readonly ColumnName[]): Frame {
  const columns = names.map((_name, index) => rows.map((row) => row[index] ?? null));
  return { names, columns, length: rows.length };
}

/** More rows than these are shown by the first and last five, and wider frames by fewer columns. */
const MOST_ROWS = 60;
const MOST_COLUMNS = 20;

/** As pandas prints it, since refusals quote what they refuse. Columns of floats have decimals even where none are needed. */
export function frameText(
  { names, columns, length }: Frame,
  isFloat: (index: number) => boolean = () => false,
): string {
  if (length === 0 || names.length === 0) {
    const index = Array.from({ length }, (_, row) => row).slice(0, 10);
    return `Empty DataFrame\nColumns: [${names.join(', ')}]\nIndex: [${index.join(', ')}]`;
  }
  const rows = shown(length, MOST_ROWS, 5);
  const places = shown(names.length, MOST_COLUMNS, MOST_COLUMNS / 2);
  const blocks = [
    aligned(['', ...rows.map((row) => row?.toString() ?? '..')], 'left'),
    ...places.map((place) =>
      place === undefined
        ? ['...', ...rows.map(() => '...')]
        : aligned([String(names[place]), ...cellTexts(columns[place] ?? [], rows, isFloat(place))], 'right'),
    ),
  ];
  const lines = [...rows, undefined].map((_row, line) => blocks.map((block) => block[line] ?? '').join('  '));
  const size = rows.includes(undefined) || places.includes(undefined);
  return `${lines.join('\n')}${size ? `\n\n[${length} rows x ${names.length} columns]` : ''}`;
}

/** Positions to show; undefined stands for those that are left out. */
function shown(length: number, most: number, edge: number): (number | undefined)[] {
  const all = Array.from({ length: Math.min(length, most) }, (_, index) => index);
  if (length <= most) return all;
  return [...all.slice(0, edge), undefined, ...all.slice(0, edge).map((index) => length - edge + index)];
}

function cellTexts(
  column: readonly unknown[],
  rows: readonly (number | undefined)[],
  declaredFloat: boolean,
): string[] {
  const isNumeric = column.some((cell) => typeof cell === 'number') && column.every(isNumberOrMissing);
  const isFloat = isNumeric && (declaredFloat || column.some((cell) => cell === null || !Number.isInteger(cell)));
  const decimals = isFloat ? Math.max(1, ...rows.map((row) => (row === undefined ? 0 : decimalsOf(column[row])))) : 0;
  return rows.map((row) => {
    if (row === undefined) return '..';
    const cell = column[row];
    if (isNumeric && (cell === null || Number.isNaN(cell))) return 'NaN';
    return isFloat && typeof cell === 'number' ? cell.toFixed(decimals) : cellText(cell);
  });
}

function isNumberOrMissing(cell: unknown): boolean {
  return cell === null || typeof cell === 'number';
}

/** Six at most, and no more than are needed. */
function decimalsOf(cell: unknown): number {
  if (typeof cell !== 'number' || !Number.isFinite(cell)) return 0;
  return (
    cell
      .toFixed(6)
      .replace(/\.?0+$/, '')
      .split('.')[1]?.length ?? 0
  );
}

function cellText(cell: unknown): string {
  if (Array.isArray(cell)) return `[${cell.map(textOf).join(', ')}]`;
  return typeof cell === 'string' ? cell : reprOf(cell);
}

function aligned(texts: readonly string[], side: 'left' | 'right'): string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => (side === 'left' ? text.padEnd(width) : text.padStart(width)));
}
