import {
  Component,
  computed,
  type ElementRef,
  input,
  linkedSignal,
  model,
  output,
  viewChild,
  type WritableSignal,
} from '@angular/core';
import { slotAt } from '../scale/paths';

const LONG_STEP = 12;

/** The slot that somebody points at; it is forgotten when there are no longer as many: it would mean another one. */
export function cursorOver(count: () => number): WritableSignal<number | undefined> {
  return linkedSignal<number, number | undefined>({ source: count, computation: () => undefined });
}

/**
 * Lies over a plot and moves through its slots, column by column and, where there are rows, row by row: by pointer, and by
 * keyboard as a slider whose text is what the slot holds. Enter or a click chooses the slot.
 */
@Component({
  selector: 'ls-plot-cursor',
  template: `
    <div
      #area
      class="area"
      role="slider"
      tabindex="0"
      aria-valuemin="0"
      [class.choosable]="isChoosable()"
      [attr.aria-label]="label()"
      [attr.aria-valuemax]="count() - 1"
      [attr.aria-valuenow]="present()"
      [attr.aria-valuetext]="text()"
      (pointermove)="point($event)"
      (pointerleave)="leave()"
      (focus)="slot.set(present())"
      (blur)="slot.set(undefined)"
      (click)="choose()"
      (keydown)="onKey($event)"
    ></div>
  `,
  styles: `
    .area {
      width: 100%;
      height: 100%;
      touch-action: pan-y;
    }
    .choosable {
      cursor: pointer;
    }
    .area:focus-visible {
      outline-offset: 0;
    }
  `,
})
export class PlotCursor {
  readonly label = input.required<string>();
  readonly columns = input.required<number>();
  /** Counted from the bottom; slot 1 is the second row of the first column. */
  readonly rows = input(1);
  /** What the present slot holds, for those who do not see it. */
  readonly text = input.required<string>();
  readonly isChoosable = input(true);
  readonly slot = model<number>();
  readonly chosen = output<number>();

  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  protected readonly count = computed(() => this.columns() * this.rows());
  /** Where one starts: at the newest. */
  protected readonly present = computed(() => this.slot() ?? Math.max(0, this.count() - this.rows()));

  protected point(event: PointerEvent): void {
    const { left, top, width, height } = this.area().nativeElement.getBoundingClientRect();
    const column = slotAt((event.clientX - left) / width, this.columns());
    const row = slotAt(1 - (event.clientY - top) / height, this.rows());
    this.slot.set(column * this.rows() + row);
  }

  protected leave(): void {
    if (document.activeElement !== this.area().nativeElement) this.slot.set(undefined);
  }

  protected choose(): void {
    if (this.isChoosable()) this.chosen.emit(this.present());
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.choose();
    else {
      const next = this.after(event.key);
      if (next === undefined) return;
      this.slot.set(next);
    }
    event.preventDefault();
  }

  private after(key: string): number | undefined {
    const [rows, present] = [this.rows(), this.present()];
    const column = Math.floor(present / rows);
    const to = (wantedColumn: number, wantedRow: number): number =>
      Math.min(this.columns() - 1, Math.max(0, wantedColumn)) * rows + Math.min(rows - 1, Math.max(0, wantedRow));
    const row = present % rows;
    switch (key) {
      case 'ArrowLeft':
        return to(column - 1, row);
      case 'ArrowRight':
        return to(column + 1, row);
      // With one row, up and down are what they are for any slider.
      case 'ArrowUp':
        return rows === 1 ? to(column + 1, row) : to(column, row + 1);
      case 'ArrowDown':
        return rows === 1 ? to(column - 1, row) : to(column, row - 1);
      case 'PageUp':
        return to(column + LONG_STEP, row);
      case 'PageDown':
        return to(column - LONG_STEP, row);
      case 'Home':
        return to(0, row);
      case 'End':
        return to(this.columns() - 1, row);
      default:
        return undefined;
    }
  }
}
