import { type TreeRow } from './tree-rows';

/** Letters that follow each other faster than this are one word. */
const PAUSE_MS = 700;
/** Characters that mean something on every page: the filter, the help. */
const TAKEN = new Set(['/', '?', ' ']);

/** Whether a key is a letter somebody types to get to a name. */
export function isTyped({
  key,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean {
  return [...key].length === 1 && !TAKEN.has(key) && !ctrlKey && !metaKey && !altKey;
}

/**
 * The next row whose name begins with the text, round the end to the beginning. A word that grows may stay where it is;
 * one letter, or the same one again and again, goes on to the next row with it.
 */
export function rowStartingWith(rows: readonly TreeRow[], active: number, text: string): number | undefined {
  const typed = text.toLowerCase();
  const isOneLetter = [...typed].every((letter) => typed.startsWith(letter));
  const wanted = isOneLetter ? ([...typed][0] ?? '') : typed;
  const start = isOneLetter ? active + 1 : active;
  for (let step = 0; step < rows.length; step += 1) {
    const index = (Math.max(0, start) + step) % rows.length;
    const row = rows[index];
    if (row?.kind === 'node' && row.node.folded.startsWith(wanted)) return index;
  }
  return undefined;
}

/** The word somebody is typing into a list that has no field. */
export class TypeAhead {
  private text = '';
  private until = 0;

  /** Takes one more letter, at a time in milliseconds, and answers the word so far. */
  take(letter: string, now: number): string {
    this.text = now < this.until ? this.text + letter : letter;
    this.until = now + PAUSE_MS;
    return this.text;
  }

  /** Any other key ends the word. */
  end(): void {
    this.until = 0;
  }
}
