const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface DelimitedRows {
  readonly rows: string[][];
  /** Whether there is more text than was read. */
  readonly isCut: boolean;
}

/** Which character parts the values: the one the first line has most of, outside of quotes. */
export function delimiterOf(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return DELIMITERS.reduce((best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best));
}

/**
 * The first rows of a text with delimited values (RFC 4180, and what programs make of it: any line ends, quotes in the middle of a value).
 * `isWhole`: without it the last row may be half of one, and is left out.
 */
export function delimitedRows(text: string, delimiter: string, maxRows: number, isWhole: boolean): DelimitedRows {
  const rows: string[][] = [];
  let row: string[] = [];
  let value = '';
  let quoted = false;
  let at = 0;
  const endRow = (): void => {
    row.push(value);
    rows.push(row);
    row = [];
    value = '';
  };
  for (; at < text.length && rows.length < maxRows; at += 1) {
    const character = text[at] as string;
    if (quoted) {
      if (character !== '"') value += character;
      else if (text[at + 1] === '"') {
        value += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && value === '') quoted = true;
    else if (character === delimiter) {
      row.push(value);
      value = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      if (row.length > 0 || value !== '') endRow();
    } else value += character;
  }
  const hasRest = row.length > 0 || value !== '';
  if (isWhole && hasRest && rows.length < maxRows) endRow();
  return { rows, isCut: !isWhole || at < text.length };
}
