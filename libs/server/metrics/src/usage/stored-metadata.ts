import { redactKeys, redactText } from '@lakescope/server-http';
import type { UsageLimits } from './usage-limits';

type Metadata = Readonly<Record<string, unknown>>;

/** Keys that mean something else than data to whoever copies an object carelessly. */
const TREACHEROUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** An escape of U+0000 or of a lone surrogate, behind an even number of backslashes: Postgres stores neither in jsonb. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;
/** Texts, the marks between values, and numbers whose text is shorter than what Postgres makes of them. */
const PARTS = /"(?:[^"\\]|\\.)*"|[,:]|e[+-]?(\d+)/g;

/** The metadata of an event as it is stored, or why it cannot be. */
export function storedMetadata(
  metadata: Metadata,
  { metadataLevels, metadataCharacters }: UsageLimits,
): { json: string } | { reason: string } {
  const flaw = flawOf(metadata, metadataLevels);
  if (flaw !== undefined) return { reason: flaw };
  const json = redactText(JSON.stringify(redactKeys(metadata)));
  if (UNSTORABLE.test(json)) {
    return { reason: 'metadata holds the character U+0000, or text that is no valid Unicode' };
  }
  return printedLength(json) > metadataCharacters
    ? { reason: `metadata has more than ${metadataCharacters} characters` }
    : { json };
}

/** What must not even be looked at by code that goes down by recursion. */
function flawOf(metadata: Metadata, levels: number): string | undefined {
  let level: object[] = [metadata];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > levels) return `metadata is nested more than ${levels} levels deep`;
    const next: object[] = [];
    for (const container of level) {
      for (const [key, value] of Object.entries(container)) {
        if (TREACHEROUS.has(key)) return `metadata has a key that is not accepted: ${key}`;
        if (typeof value === 'number' && !Number.isFinite(value)) return 'metadata holds a number that is too large';
        if (typeof value === 'object' && value !== null) next.push(value as object);
      }
    }
    level = next;
  }
  return undefined;
}

/** The most characters that Postgres prints for the JSON: a blank behind each mark, and every digit of a number. */
function printedLength(json: string): number {
  let length = json.length;
  for (const [part, exponent] of json.matchAll(PARTS)) {
    if (exponent !== undefined) length += Number(exponent);
    else if (part.length === 1) length += 1;
  }
  return length;
}
