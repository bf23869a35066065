import { createHash } from 'node:crypto';
import { redactText } from '@lakescope/server-http';

const LONGEST_TAG = 500;

/** As many characters as columns of names take. */
const NAME_CHARACTERS = 300;
const MESSAGE_CHARACTERS = 2_000;
const MOST = 2n ** 63n - 1n;
const MOST_OF_INTEGER = 2n ** 31n - 1n;

/** Postgres stores neither U+0000 nor half characters. */
function wellFormed(text: string): string {
  return Buffer.from(text.replaceAll('\u0000', '\ufffd')).toString();
}

/** What is said by somebody else, as a column takes it; what storage says may repeat what was signed. */
export function storableText(text: string, characters = MESSAGE_CHARACTERS): string {
  return wellFormed(redactText(text).slice(0, characters));
}

/** A name of somebody else's, as a column takes it. Names that differ only past its length stay apart. */
export function storableName(name: string): string {
  const clean = wellFormed(name);
  if (clean.length <= NAME_CHARACTERS) return clean;
  const mark = createHash('sha256').update(clean).digest('base64url').slice(0, 12);
  return `${wellFormed(clean.slice(0, NAME_CHARACTERS - mark.length - 1))}~${mark}`;
}

/** A count as the text of a bigint: what no column holds is told as the most that one does. */
export function storableCount(count: number | bigint): string {
  return String(held(count, MOST));
}

/** The same for a column of 32 bits. */
export function storableInteger(count: number): number {
  return Number(held(count, MOST_OF_INTEGER));
}

function held(count: number | bigint, most: bigint): bigint {
  if (typeof count === 'number' && !Number.isFinite(count)) return count > 0 ? most : 0n;
  const whole = typeof count === 'bigint' ? count : BigInt(Math.trunc(count));
  return whole < 0n ? 0n : whole > most ? most : whole;
}

/** As a jsonb column takes it: every text in it, keys among them, without what Postgres stores nowhere. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  // A half character, and U+0000, are escapes in JSON; all others stand as they are, if they are not spaces.
  return /\\u(?:0000|d[89a-f])/i.test(json) ? JSON.stringify(cleaned(value)) : json;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [wellFormed(key), cleaned(one)]));
}

/** Classes of SQLSTATE (https://www.postgresql.org/docs/17/errcodes-appendix.html) that speak of what was to be stored. */
const OF_VALUES = /^(?:21|22|23|54)/;

/**
 * Why the database does not take what it was given, in words that may be shown: another attempt would give it the same. Undefined where
 * the error is about something else.
 */
export function refusalOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code: unknown = Reflect.get(cause, 'code');
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && OF_VALUES.test(code)) {
      return `${storableText(cause.message, 500)} (SQLSTATE ${code})`;
    }
  }
  return undefined;
}

/** One that no column takes is not remembered: the next run looks, which costs little. */
export function isTag(etag: string): boolean {
  return etag.length <= LONGEST_TAG && storableText(etag, LONGEST_TAG) === etag;
}
