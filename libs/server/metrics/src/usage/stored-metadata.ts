import { redactKeys, redactText } from '@lakescope/server-http';
import type { UsageLimits } from './usage-limits';

type Metadata = Readonly<Record<string, unknown>>;

/** Keys that mean something else than data to whoever copies an object carelessly. */
const TREACHEROUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** An escape of U+0000 or of a lone surrogate, behind an even number of backslashes: Postgres stores neither in jsonb. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;
/** Characters of JSON by their code. */
const [QUOTE, BACKSLASH, COMMA, COLON, EXPONENT] = [0x22, 0x5c, 0x2c, 0x3a, 0x65];
/** Every value has a mark of its own, behind which Postgres prints a blank. */
const FEWEST_CHARACTERS = 3;
const TOO_MANY = 'too many';

/** The metadata of an event as it is stored, or why it cannot be. */
export function storedMetadata(
  metadata: Metadata,
  { metadataLevels, metadataCharacters }: UsageLimits,
): { json: string } | { reason: string } {
  const tooLong = { reason: `metadata has more than ${metadataCharacters} characters` };
  const flaw = flawOf(metadata, metadataLevels, metadataCharacters / FEWEST_CHARACTERS);
  if (flaw !== undefined) return flaw === TOO_MANY ? tooLong : { reason: flaw };
  // What is too long is not searched for secrets.
  if (JSON.stringify(metadata).length > metadataCharacters) return tooLong;
  const json = redactText(JSON.stringify(redactKeys(metadata)));
  if (UNSTORABLE.test(json)) {
    return { reason: 'metadata holds the character U+0000, or text that is no valid Unicode' };
  }
  return printedLength(json) > metadataCharacters ? tooLong : { json };
}

/** What must not even be looked at by code that goes down by recursion, and how much there is of it. */
function flawOf(metadata: Metadata, levels: number, mostValues: number): string | undefined {
  let level: object[] = [metadata];
  let values = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > levels) return `metadata is nested more than ${levels} levels deep`;
    const next: object[] = [];
    for (const container of level) {
      // Its own keys and no others: it comes from JSON.
      for (const key in container) {
        if (TREACHEROUS.has(key)) return `metadata has a key that is not accepted: ${key}`;
        if (++values > mostValues) return TOO_MANY;
        const value: unknown = Reflect.get(container, key);
        if (typeof value === 'number' && !Number.isFinite(value)) return 'metadata holds a number that is too large';
        if (typeof value === 'object' && value !== null) next.push(value);
      }
    }
    level = next;
  }
  return undefined;
}

/** The most characters that Postgres prints for the JSON: a blank behind each mark, and every digit of a number. */
function printedLength(json: string): number {
  let length = json.length;
  let isText = false;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) isText = !isText;
    else if (isText) index += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA || code === COLON) length++;
    else if (code === EXPONENT) length += Math.abs(Number.parseInt(json.slice(index + 1, index + 5))) || 0;
  }
  return length;
}
