import { groupDigits } from './format-count';

/** How one value of a result is to be shown: what kind of thing it is decides alignment, typeface and chips. */
export interface CellView {
  readonly kind: 'null' | 'empty' | 'number' | 'special-number' | 'boolean' | 'time' | 'binary' | 'nested' | 'text';
  /** One line, ready to print. */
  readonly text: string;
  /** All of it, for copying. */
  readonly exact: string;
}

const NUMERIC = /^(byte|short|int|integer|long|bigint|smallint|tinyint|float|double|real|decimal)\b/i;
const TIME = /^(date|timestamp)/i;
/** The zeros at the end of a fraction of a second, with the point when nothing else is left of it. */
const NO_FRACTION = /(?:\.0+|(\.\d*?[1-9])0+)(?=Z?$)/;
const SPECIAL_NUMBERS = new Set(['NaN', 'Infinity', '-Infinity']);

export function isNumericType(type: string): boolean {
  return NUMERIC.test(type);
}

function binaryLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.max(0, (base64.length / 4) * 3 - padding);
}

/**
 * `type` is the column's type as the API names it. Numbers stay in the characters in which they came: 64-bit integers
 * and decimals are strings, because a JavaScript number would change them. Only the grouping of their digits is added.
 */
export function cellView(value: unknown, type: string): CellView {
  if (value === null || value === undefined) return { kind: 'null', text: 'null', exact: '' };
  if (typeof value === 'object') {
    const json = JSON.stringify(value);
    return { kind: 'nested', text: json, exact: json };
  }
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), exact: String(value) };
  const exact = String(value);
  if (isNumericType(type)) {
    if (SPECIAL_NUMBERS.has(exact)) return { kind: 'special-number', text: exact, exact };
    return { kind: 'number', text: groupDigits(exact), exact };
  }
  if (type.toLowerCase() === 'binary') {
    const length = binaryLength(exact);
    return { kind: 'binary', text: $localize`${length}:length: B · ${exact}:base64:`, exact };
  }
  if (exact === '') return { kind: 'empty', text: '""', exact };
  if (TIME.test(type)) return { kind: 'time', text: exact.replace('T', ' ').replace(NO_FRACTION, '$1'), exact };
  return { kind: 'text', text: exact, exact };
}
