import type { JsonValue } from '../schema/types';

/** Sixteen digits in a row, or with one point between them: below that a double holds every decimal text exactly. */
const MAY_LOSE_DIGITS = /\d[\d.]{15,}/;

/**
 * JSON.parse that never changes a number: one that a double cannot hold digit for digit stays the text it was.
 * Plain JSON takes the fast way, because only text with long numbers can lose anything.
 */
export function parseJson(text: string): JsonValue {
  return MAY_LOSE_DIGITS.test(text) ? (JSON.parse(text, keepDigits) as JsonValue) : (JSON.parse(text) as JsonValue);
}

/** The third argument (the source text of a number) is in V8 since 11.4, but not yet in TypeScript's library. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  const { source } = context;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : source;
  return significantDigits(source) > 15 ? (String(value) === source ? value : source) : value;
}

function significantDigits(source: string): number {
  return source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '').length;
}

/** A number, or other JSON, given as its exact text. */
export class NumberText {
  constructor(readonly text: string) {}
}

export type WritableJson =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | NumberText
  | readonly WritableJson[]
  | { readonly [key: string]: WritableJson };

/** JSON text with longs and decimals digit for digit; keys without a value are left out. */
export function writeJson(value: WritableJson): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (value instanceof NumberText) return value.text;
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  // Commits of many files are written by this: no lists of entries on the way.
  let fields = '';
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field === undefined) continue;
    fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${writeJson(field)}`;
  }
  return `{${fields}}`;
}

function isList(value: object): value is readonly WritableJson[] {
  return Array.isArray(value);
}

export type JsonRecord = Record<string, JsonValue>;

export function asRecord(value: JsonValue | undefined): JsonRecord | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

export function asBigInt(value: JsonValue | undefined): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

export function asBoolean(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function asTextList(value: JsonValue | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

/** A map of texts; other scalars, which some writers leave in configuration, become their text. */
export function asTextMap(value: JsonValue | undefined): Record<string, string> {
  const entries = Object.entries(asRecord(value) ?? {});
  return Object.fromEntries(
    entries.flatMap(([key, item]) =>
      item === null ? [] : [[key, typeof item === 'string' ? item : JSON.stringify(item)] as const],
    ),
  );
}
