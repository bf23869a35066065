import { Clipboard } from '@angular/cdk/clipboard';
import {
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { type CellView, cellView, isNumericType } from '../cell-view';
import { CellValue } from '../cell-value';
import { CopyButton } from '../copy-button';
import { Icon } from '../icon';
import { JsonTree } from '../json-tree';
import { fittingWidth } from './column-widths';
import { type GridPosition, moveInGrid } from './grid-keys';

export interface GridColumn {
  readonly name: string;
  readonly type: string;
}

const RESIZE_STEP = 16;
const NARROWEST = 48;

/**
 * Rows of typed values as a grid for pointer and keyboard: arrows move, Enter opens the whole value, Ctrl-C copies the
 * cell, Ctrl-Shift-C the row, Shift with left or right resizes the column. It scrolls inside its own box.
 */
@Component({
  selector: 'ls-data-grid',
  imports: [CellValue, CopyButton, Icon, JsonTree],
  templateUrl: './data-grid.html',
  styleUrl: './data-grid.css',
})
export class DataGrid {
  readonly columns = input.required<readonly GridColumn[]>();
  readonly rows = input.required<readonly (readonly unknown[])[]>();
  /** Number of the first row, so that row numbers go on from page to page. */
  readonly firstRow = input(0);
  readonly label = input.required<string>();
  readonly isStale = input(false);
  /** What was copied, in words. */
  readonly copied = output<string>();

  private readonly clipboard = inject(Clipboard);
  private readonly table = viewChild.required<ElementRef<HTMLTableElement>>('table');

  protected readonly views = computed(() => {
    const types = this.columns().map(({ type }) => type);
    return this.rows().map((row) => row.map((value, column) => cellView(value, types[column] ?? '')));
  });
  protected readonly heads = computed(() =>
    this.columns().map((column) => ({ ...column, isNumber: isNumericType(column.type) })),
  );
  /** Chosen once per set of columns: paging must not move them under the pointer, and a dragged width stays. */
  protected readonly widths = linkedSignal<string, number[]>({
    source: () => JSON.stringify(this.columns()),
    computation: () =>
      this.columns().map(({ name, type }, column) =>
        fittingWidth(
          name,
          type,
          this.views().flatMap((row) => row[column] ?? []),
        ),
      ),
  });
  protected readonly totalWidth = computed(() => this.widths().reduce((sum, width) => sum + width, 56));
  protected readonly active = linkedSignal<unknown, GridPosition>({
    source: this.columns,
    computation: () => ({ row: 0, column: 0 }),
  });
  protected readonly isOpen = signal(false);
  protected readonly activeCell = computed(() => {
    const { row, column } = this.active();
    const view: CellView | undefined = this.views()[row]?.[column];
    const head = this.columns()[column];
    return view && head ? { view, head, value: this.rows()[row]?.[column], row: this.firstRow() + row } : undefined;
  });

  protected onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') {
      if (window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      if (event.shiftKey) this.copyRow(this.active().row);
      else this.copyActiveCell();
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.isOpen.update((open) => !open);
      return;
    }
    if (event.key === 'Escape' && this.isOpen()) {
      event.stopPropagation();
      this.isOpen.set(false);
      return;
    }
    if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const { column } = this.active();
      event.preventDefault();
      this.resize(column, (this.widths()[column] ?? NARROWEST) + (event.key === 'ArrowLeft' ? -1 : 1) * RESIZE_STEP);
      return;
    }
    const next = moveInGrid(event, this.active(), { rows: this.rows().length, columns: this.columns().length });
    if (!next) return;
    event.preventDefault();
    this.active.set(next);
    this.focusActive();
  }

  protected choose(row: number, column: number): void {
    this.active.set({ row, column });
  }

  protected open(row: number, column: number): void {
    this.choose(row, column);
    this.isOpen.set(true);
  }

  protected close(): void {
    this.isOpen.set(false);
    this.focusActive();
  }

  protected copyRow(row: number): void {
    // Tab-separated is what spreadsheets and SQL tools take; a break inside a value would end the row there.
    const cells = (this.views()[row] ?? []).map(({ exact }) => exact.replace(/[\t\r\n]+/g, ' '));
    this.clipboard.copy(cells.join('\t'));
    this.copied.emit($localize`Row copied`);
  }

  protected copyActiveCell(): void {
    this.clipboard.copy(this.activeCell()?.view.exact ?? '');
    this.copied.emit($localize`Cell copied`);
  }

  protected startResize(event: PointerEvent, column: number): void {
    event.preventDefault();
    const handle = event.target as HTMLElement;
    const startX = event.clientX;
    const startWidth = this.widths()[column] ?? NARROWEST;
    const move = (moved: PointerEvent) => this.resize(column, startWidth + moved.clientX - startX);
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  }

  private resize(column: number, width: number): void {
    this.widths.update((widths) => widths.map((old, i) => (i === column ? Math.max(NARROWEST, width) : old)));
  }

  private focusActive(): void {
    const { row, column } = this.active();
    const cell = this.table().nativeElement.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}
