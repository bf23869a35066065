import { afterNextRender, Directive, ElementRef, inject, Injector, input, output } from '@angular/core';

const PAGE = 10;
/** What takes the keyboard in a row. */
const STOPS = ':is(a[href], button, input[type="checkbox"]):not(:disabled)';

/**
 * Arrows, Page Up and Down, Home and End lead from row to row of a table whose rows are numbered by `data-row`, and stay with the
 * same link, button or box of the row. Ctrl-C copies the row, where nothing is selected.
 */
@Directive({ selector: 'table[lsRowKeys]', host: { '(keydown)': 'onKey($event)' } })
export class RowKeys {
  /** How many rows there are, drawn or not. */
  readonly rows = input.required<number>({ alias: 'lsRowKeys' });
  /** The keyboard goes to this row: it has to be brought into sight, and drawn. */
  readonly rowWanted = output<number>();
  readonly rowCopied = output<number>();

  private readonly table = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);

  protected onKey(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLElement) || event.altKey || event.shiftKey) return;
    const line = event.target.closest<HTMLElement>('[data-row]');
    const row = Number(line?.dataset['row']);
    const stop = line === null ? -1 : [...line.querySelectorAll(STOPS)].indexOf(event.target);
    if (stop < 0) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== 'c' || window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      this.rowCopied.emit(row);
      return;
    }
    const wanted = rowAfter(event.key, row, this.rows());
    if (wanted === undefined) return;
    event.preventDefault();
    if (wanted !== row) this.goTo(wanted, stop);
  }

  /** Gives the keyboard to a row: to its link, button or box at a place among them, or to the last one. */
  goTo(row: number, stop: number): void {
    this.rowWanted.emit(row);
    if (!this.focus(row, stop)) afterNextRender(() => this.focus(row, stop), { injector: this.injector });
  }

  /** Whether it is drawn. */
  private focus(row: number, stop: number): boolean {
    const line = this.table.querySelector(`[data-row="${row}"]`);
    const stops = line?.querySelectorAll<HTMLElement>(STOPS);
    const found = stops?.[Math.min(stop, stops.length - 1)];
    found?.focus({ preventScroll: line?.closest('[data-scrolls-rows]') !== null });
    return found !== undefined;
  }
}

/** Where a key leads from a row; undefined for keys that lead nowhere. */
export function rowAfter(key: string, row: number, rows: number): number | undefined {
  const to = (next: number): number => Math.max(0, Math.min(rows - 1, next));
  switch (key) {
    case 'ArrowDown':
      return to(row + 1);
    case 'ArrowUp':
      return to(row - 1);
    case 'PageDown':
      return to(row + PAGE);
    case 'PageUp':
      return to(row - PAGE);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows - 1);
    default:
      return undefined;
  }
}
