/** What a key means in a list of rows. */
export type ListKey =
  | { readonly act: 'move'; readonly row: number }
  | { readonly act: 'open' | 'up' | 'toggle' | 'all' | 'none' | 'delete' | 'copy' }
  | { readonly act: 'type'; readonly text: string };

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Undefined leaves the key to the browser. `page` is how many rows are in sight. */
export function listKey(press: KeyPress, row: number, rows: number, page: number): ListKey | undefined {
  const isCommand = press.ctrlKey || press.metaKey;
  if (press.altKey) return press.key === 'ArrowUp' ? { act: 'up' } : undefined;
  const move = (to: number): ListKey | undefined =>
    rows === 0 ? undefined : { act: 'move', row: Math.min(rows - 1, Math.max(0, to)) };
  switch (press.key) {
    case 'ArrowDown':
      return move(row + 1);
    case 'ArrowUp':
      // Before the first move the keyboard stands on no row.
      return move(row < 0 ? 0 : row - 1);
    case 'PageDown':
      return move(Math.max(0, row) + page);
    case 'PageUp':
      return move(Math.max(0, row) - page);
    case 'Home':
      return move(0);
    case 'End':
      return move(rows - 1);
    case 'Enter':
      return isCommand ? undefined : { act: 'open' };
    case 'Backspace':
      return isCommand ? undefined : { act: 'up' };
    case 'Delete':
      return { act: 'delete' };
    case 'Escape':
      return { act: 'none' };
    case ' ':
      return { act: 'toggle' };
    default:
  }
  if (isCommand && press.key.toLowerCase() === 'a') return { act: 'all' };
  if (isCommand && press.key.toLowerCase() === 'c') return { act: 'copy' };
  // `/` and `?` are the page's own keys, and single letters begin the shell's chords only outside the list.
  const isText = !isCommand && [...press.key].length === 1 && press.key !== '/' && press.key !== '?';
  return isText ? { act: 'type', text: press.key } : undefined;
}

const TYPING_MS = 800;

/** Finds a row by the first letters of its name, typed one soon after the other. */
export class TypeAhead {
  private typed = '';
  private until = 0;

  /** The row to go to; the same letter again goes on to the next name that begins with it. */
  find(text: string, names: readonly string[], from: number, now: number): number | undefined {
    this.typed = now < this.until ? this.typed + text : text;
    this.until = now + TYPING_MS;
    const isOneLetter = [...this.typed].every((letter) => letter === this.typed[0]);
    const sought = (isOneLetter ? (this.typed[0] ?? '') : this.typed).toLocaleLowerCase();
    const first = isOneLetter ? from + 1 : Math.max(0, from);
    const order = names.map((_, index) => (first + index) % names.length);
    return order.find((index) => names[index]?.toLocaleLowerCase().startsWith(sought));
  }
}
