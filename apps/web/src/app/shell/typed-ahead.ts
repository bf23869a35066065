/** What somebody typed between asking for a field and its having the focus. */
export interface TypedAhead {
  readonly text: string;
  /** Enter was pressed: they want the first result, not to look at it. */
  readonly isEntered: boolean;
  /** Escape was pressed: they no longer want the field at all. */
  readonly isCancelled: boolean;
}

const NOTHING: TypedAhead = { text: '', isEntered: false, isCancelled: false };

/**
 * Keeps the keys that would be lost while a dialog is on its way: its code may have to be loaded first, and its field
 * gets the focus a moment later. Keys with Ctrl, Alt or Meta are nobody's text and pass.
 */
export class TypedAheadKeys {
  private typed = NOTHING;
  private readonly onKey = (event: KeyboardEvent): void => this.take(event);

  constructor(private readonly document: Document) {
    document.addEventListener('keydown', this.onKey, { capture: true });
  }

  /** Ends the listening and answers what has been typed; it is answered once. */
  end(): TypedAhead {
    this.document.removeEventListener('keydown', this.onKey, { capture: true });
    const typed = this.typed;
    this.typed = NOTHING;
    return typed;
  }

  private take(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { text } = this.typed;
    if (event.key === 'Enter') this.typed = { ...this.typed, isEntered: true };
    else if (event.key === 'Escape') this.typed = { ...this.typed, isCancelled: true };
    else if (event.key === 'Backspace') this.typed = { ...this.typed, text: text.slice(0, -1) };
    else if ([...event.key].length === 1) this.typed = { ...this.typed, text: text + event.key };
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
