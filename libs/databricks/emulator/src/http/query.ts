import { invalidParameter } from './refusals';

/** The value of a query parameter; of a repeated one the last, as the platform's gateway takes it. */
export function queryText(query: unknown, name: string): string | undefined {
  if (typeof query !== 'object' || query === null) return undefined;
  const value: unknown = Object.entries(query).find(([key]) => key === name)?.[1];
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' && last !== '' ? last : undefined;
}

export function requiredQueryText(query: unknown, name: string): string {
  const value = queryText(query, name);
  if (value === undefined) throw invalidParameter(`Missing required field: ${name}`);
  return value;
}

/**
 * How many items a page may have. SDKs send 0 for "the server decides"; more than the maximum is answered with the
 * maximum, so a client must never infer the end of a list from a short page.
 */
export function pageLimit(query: unknown, name: string, limits: { usual: number; maximum: number }): number {
  const text = queryText(query, name);
  if (text === undefined) return limits.usual;
  if (!/^-?\d{1,15}$/.test(text)) throw invalidParameter(`${name} must be an integer, got "${text.slice(0, 40)}"`);
  const asked = Number(text);
  if (asked < 0) throw invalidParameter(`${name} must not be negative`);
  return asked === 0 ? limits.usual : Math.min(asked, limits.maximum);
}
