/** Longer texts are not read again: only answers of models are longer, and each was read to its end when it came. */
const READ_AGAIN = 256 * 1024;

/** JSON text that goes into an answer as it stands, or null. */
export type RawText = string | null;

/**
 * An object of which some members are JSON text already. It is not parsed and written anew, because an int64 of a table has no JavaScript
 * number. What is no JSON after all goes in as a text, so that the answer always is: NaN in what was sent, above all.
 */
export function withRawMembers(facts: object, raw: Readonly<Record<string, RawText>>): string {
  const members = Object.entries(raw).map(([name, text]) => `${JSON.stringify(name)}:${embeddable(text)}`);
  const known = JSON.stringify(facts).slice(1, -1);
  return `{${[...(known === '' ? [] : [known]), ...members].join(',')}}`;
}

function embeddable(text: RawText): string {
  if (text === null) return 'null';
  if (text.length > READ_AGAIN) return text;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
