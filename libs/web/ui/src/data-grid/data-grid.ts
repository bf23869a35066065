import { Clipboard } from '@angular/cdk/clipboard';
import {
  afterNextRender,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  Injector,
  input,
  linkedSignal,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { cellView, isNumericType } from '../cell-view';
import { CellValue } from '../cell-value';
import { CopyButton } from '../copy-button';
import { Icon } from '../icon';
import { JsonTree } from '../json-tree';
import { columnNulls } from './column-nulls';
import { fittingWidth } from './column-widths';
import { GridHead, type GridOrder, type GridOrderChange } from './grid-head';
import { type GridPosition, HEAD_ROW, moveInGrid } from './grid-keys';
import { measuredGrid } from './grid-sight';
import { columnEdges, gridWindow, revealed } from './grid-window';

const SORTS = { asc: 'ascending', desc: 'descending' } as const;

export interface GridColumn {
  readonly name: string;
  readonly type: string;
}

const RESIZE_STEP = 16;
const NARROWEST = 48;
const NUMBER_COLUMN = 56;
const HEAD_HEIGHT = 44;
/** A column fits what it shows in so many rows: widths of 2,000 columns must not be looked for in all of them. */
const FITTED_ROWS = 100;
const FITTED_CELLS = 40_000;
/** What hovers over a cell is for reading; a value of megabytes is opened instead. */
const LONGEST_TITLE = 1000;

/**
 * Rows of typed values as a grid for pointer and keyboard: arrows move, Enter opens the whole value, Ctrl-C copies the
 * cell, Ctrl-Shift-C the row, Shift with left or right resizes the column. It scrolls inside its own box and draws only
 * what is in sight there, so that it takes a thousand rows of two thousand columns.
 */
@Component({
  selector: 'ls-data-grid',
  imports: [CellValue, CopyButton, GridHead, Icon, JsonTree],
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
  /** Whether the heads of the columns open a menu to sort and filter by them. */
  readonly hasHeadMenus = input(false);
  /** How the rows are ordered, shown in the heads. */
  readonly orders = input<readonly GridOrder[]>([]);
  /** What was copied, in words. */
  readonly copied = output<string>();
  readonly ordered = output<GridOrderChange>();
  /** The name of a column that somebody wants to filter by. */
  readonly filtered = output<string>();
  /** The last row is in sight, or nearly: more of them may be fetched. Said again whenever rows have been added. */
  readonly endReached = output();

  private readonly clipboard = inject(Clipboard);
  private readonly injector = inject(Injector);
  private readonly box = viewChild.required<ElementRef<HTMLElement>>('box');
  private readonly measured = measuredGrid(this.box);
  protected readonly headRow = HEAD_ROW;

  /** As text: another page brings the same columns anew. */
  private readonly columnSet = computed(() => JSON.stringify(this.columns()));
  private readonly columnSetShown = computed(() => (this.rows().length > 0 ? this.columnSet() : ''));
  /** Chosen once per set of columns: paging must not move them under the pointer, and a dragged width stays. */
  protected readonly widths = linkedSignal<string, number[]>({
    source: this.columnSetShown,
    computation: () => untracked(() => this.fittingWidths()),
  });
  private readonly edges = computed(() => columnEdges(this.widths()));
  protected readonly totalWidth = computed(() => (this.edges().at(-1) ?? 0) + NUMBER_COLUMN);
  protected readonly window = computed(
    () =>
      gridWindow(this.measured.sight(), {
        rows: this.rows().length,
        rowHeight: this.measured.rowHeight(),
        edges: this.edges(),
      }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly heads = computed(() => {
    const { firstColumn, endColumn } = this.window();
    const first = this.orders()[0];
    return this.columns()
      .slice(firstColumn, endColumn)
      .map(({ name, type }, offset) => {
        const index = firstColumn + offset;
        const nulls = columnNulls(this.rows(), index);
        const sort = first?.column === name ? SORTS[first.direction] : null;
        const exact = `${name} · ${type} · ${nulls.exact}`;
        const width = this.widths()[index];
        return { index, name, type, width, isNumber: isNumericType(type), nulls: nulls.share, exact, sort };
      });
  });
  protected readonly drawn = computed(() => {
    const { firstRow, endRow, firstColumn, endColumn } = this.window();
    const columns = Array.from({ length: endColumn - firstColumn }, (_, offset) => firstColumn + offset);
    return Array.from({ length: Math.max(0, endRow - firstRow) }, (_, offset) => {
      const index = firstRow + offset;
      const cells = columns.map((column) => {
        const view = this.viewOf(index, column);
        return { column, view, title: view.exact.slice(0, LONGEST_TITLE) };
      });
      return { index, cells };
    });
  });
  protected readonly active = linkedSignal<unknown, GridPosition>({
    source: this.columnSet,
    computation: () => ({ row: 0, column: 0 }),
  });
  protected readonly isActiveDrawn = computed(() => {
    const { firstRow, endRow, firstColumn, endColumn } = this.window();
    const { row, column } = this.active();
    const isRowDrawn = row === HEAD_ROW ? this.hasHeadMenus() : row >= firstRow && row < endRow;
    return isRowDrawn && column >= firstColumn && column < endColumn;
  });
  protected readonly isOpen = signal(false);
  protected readonly activeCell = computed(() => {
    const { row, column } = this.active();
    const head = this.columns()[column];
    const cells = this.rows()[row];
    return head && cells
      ? { view: this.viewOf(row, column), head, value: cells[column], row: this.firstRow() + row }
      : undefined;
  });

  constructor() {
    effect(() => {
      const box = this.box().nativeElement;
      // What has the focus is about to go out of the document; the box keeps the keys until it comes back.
      if (!this.isActiveDrawn() && box !== document.activeElement && box.contains(document.activeElement)) {
        box.focus({ preventScroll: true });
      }
    });
    effect(() => {
      const count = this.rows().length;
      if (count > 0 && this.window().endRow >= count) untracked(() => this.endReached.emit());
    });
  }

  protected onKey(event: KeyboardEvent): void {
    const isHead = this.active().row === HEAD_ROW;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') {
      if (window.getSelection()?.isCollapsed === false || isHead) return;
      event.preventDefault();
      if (event.shiftKey) this.copyRow(this.active().row);
      else this.copyActiveCell();
      return;
    }
    // Ctrl-Enter belongs to the page, and Enter on a head opens its menu.
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !isHead;
    if (isPlain && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      this.isOpen.update((open) => !open);
      return;
    }
    if (event.key === 'Escape' && this.isOpen()) {
      event.stopPropagation();
      this.close();
      return;
    }
    if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
      const { column } = this.active();
      event.preventDefault();
      this.resize(column, (this.widths()[column] ?? NARROWEST) + (event.key === 'ArrowLeft' ? -1 : 1) * RESIZE_STEP);
      return;
    }
    const size = { rows: this.rows().length, columns: this.columns().length, hasHeads: this.hasHeadMenus() };
    const next = moveInGrid(event, this.active(), size);
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
    const cells = this.columns().map((_, column) => this.viewOf(row, column).exact.replace(/[\t\r\n]+/g, ' '));
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

  private viewOf(row: number, column: number) {
    return cellView(this.rows()[row]?.[column], this.columns()[column]?.type ?? '');
  }

  private fittingWidths(): number[] {
    const columns = this.columns();
    const count = Math.min(FITTED_ROWS, this.rows().length, Math.ceil(FITTED_CELLS / Math.max(1, columns.length)));
    const rows = Array.from({ length: count }, (_, row) => row);
    return columns.map(({ name, type }, column) =>
      fittingWidth(
        name,
        type,
        rows.map((row) => this.viewOf(row, column)),
      ),
    );
  }

  private resize(column: number, width: number): void {
    this.widths.update((widths) => widths.map((old, i) => (i === column ? Math.max(NARROWEST, width) : old)));
  }

  /**
   * Brings the active cell into sight and gives it the focus: at once where it is drawn already, so that the next key, however
   * soon it is pressed, finds it; otherwise as soon as it is.
   */
  private focusActive(): void {
    const box = this.box().nativeElement;
    const { row, column } = this.active();
    const [left, right] = [this.edges()[column] ?? 0, this.edges()[column + 1] ?? 0];
    if (box.clientHeight > 0) {
      const height = this.measured.rowHeight();
      if (row !== HEAD_ROW) {
        box.scrollTop = revealed(box.scrollTop, box.clientHeight - HEAD_HEIGHT, row * height, (row + 1) * height);
      }
      box.scrollLeft = revealed(box.scrollLeft, box.clientWidth - NUMBER_COLUMN, left, right);
      this.measured.measure();
    }
    if (!this.focusNow()) afterNextRender(() => this.focusNow(), { injector: this.injector });
  }

  /** Whether it is drawn. */
  private focusNow(): boolean {
    const { row, column } = this.active();
    const which = row === HEAD_ROW ? `[data-head="${column}"] button` : `[data-cell="${row}:${column}"]`;
    const element = this.box().nativeElement.querySelector<HTMLElement>(which);
    element?.focus({ preventScroll: true });
    return element !== null;
  }
}
