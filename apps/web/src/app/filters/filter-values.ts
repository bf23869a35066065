import { columnKind, integerBytes } from './column-kind';
import { arity, type FilterOp } from './filter-ops';

/** One condition as somebody types it: every value is still text. */
export interface QueryFilter {
  readonly column: string;
  readonly op: FilterOp;
  readonly values: readonly string[];
}

/** What the API takes as a list. */
const MOST_VALUES = 1000;
const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const MOST_DIGITS = 38;
const FLOAT = /^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?|[+-]?Infinity|NaN)$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[ T]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

function isDay(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return (
    year !== '' && Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  );
}

function wholeNumberProblem(text: string, type: string): string | undefined {
  const limit = 2n ** BigInt(integerBytes(type) * 8 - 1);
  if (WHOLE.test(text)) {
    const value = BigInt(text.replace(/^\+/, ''));
    if (value >= -limit && value < limit) return undefined;
  }
  return $localize`A whole number from ${(-limit).toLocaleString()}:least: to ${(limit - 1n).toLocaleString()}:most:`;
}

/** What is wrong with one value for a column of this type, as what it should be; undefined when nothing is. */
export function valueProblem(value: string, type: string, op: FilterOp): string | undefined {
  const text = value.trim();
  const kind = columnKind(type);
  switch (kind) {
    case 'integer':
      return wholeNumberProblem(text, type);
    case 'decimal':
      return DECIMAL.test(text) && text.replace(/\D/g, '').length <= MOST_DIGITS
        ? undefined
        : $localize`A decimal number of at most ${MOST_DIGITS}:digits: digits, such as -12.50`;
    case 'float':
      return FLOAT.test(text) ? undefined : $localize`A number such as 0.5, 1e-9, NaN or Infinity`;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? undefined : $localize`true or false`;
    case 'date':
      return isDay(text) ? undefined : $localize`A day such as 1969-07-20`;
    case 'timestamp': {
      const [, day] = TIMESTAMP.exec(text) ?? [];
      return day !== undefined && isDay(day)
        ? undefined
        : $localize`A time such as 2024-01-31 12:00:00, in UTC unless it names a zone`;
    }
    case 'string':
      // Any text can be looked for, the empty one too; a pattern of nothing finds nothing but itself and is a slip.
      return (op === 'like' || op === 'not_like') && value === ''
        ? $localize`A pattern: % stands for any text, _ for one character`
        : undefined;
    case 'opaque':
      return $localize`Values of this type cannot be compared`;
  }
}

/** What is wrong with a condition; undefined when it can be sent. An unknown column has no type. */
export function filterProblem(filter: QueryFilter, type: string | undefined): string | undefined {
  if (type === undefined) return $localize`The table has no column of this name`;
  const { op, values } = filter;
  switch (arity(op)) {
    case 'none':
      return undefined;
    case 'many':
      if (values.length === 0) return $localize`At least one value, each on a line of its own`;
      if (values.length > MOST_VALUES) return $localize`At most ${MOST_VALUES}:most: values`;
      break;
    default:
      break;
  }
  return values.map((value) => valueProblem(value, type, op)).find((problem) => problem !== undefined);
}

/** What the API compares with: exactly what was typed, but for the blanks around what is no text. */
export function sentValues({ values }: QueryFilter, type: string): string[] {
  return columnKind(type) === 'string' ? [...values] : values.map((value) => value.trim());
}

/** Values of a list, one a line; lines of nothing are no values. */
export function valuesOfLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}
