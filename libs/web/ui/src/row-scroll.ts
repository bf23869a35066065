import {
  afterNextRender,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  Injector,
  type Signal,
  signal,
} from '@angular/core';
import { type RowWindow, rowWindow } from './row-window';

/** Until a row has been drawn. */
const ROW_PX = 36;
/** What a large screen shows; also what is drawn where nothing is laid out, as in tests without a browser. */
const BOX_PX = 900;

export interface RowScroll {
  readonly window: Signal<RowWindow>;
  /** Brings a row into sight with as little movement as that takes. */
  reveal(row: number): void;
  /** To be called when the box was scrolled. */
  measure(): void;
}

/**
 * Which rows of a long table are in sight of the box around it, which is the component's element with `data-scrolls-rows`. All rows
 * have the same height, whatever it is at this width and density of the page: that of the rows that are drawn, `data-row`, is taken.
 */
export function rowScroll(count: Signal<number>): RowScroll {
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const destroyed = inject(DestroyRef);
  const sight = signal(
    { top: 0, height: BOX_PX, row: ROW_PX },
    { equal: (a, b) => a.top === b.top && a.height === b.height && a.row === b.row },
  );
  const box = (): HTMLElement | null => host.querySelector('[data-scrolls-rows]');
  const headHeight = (): number => box()?.querySelector('thead')?.offsetHeight ?? 0;

  function measure(): void {
    const element = box();
    // A box that is out of sight has no size; what it had is what it will have again.
    if (element === null || element.clientHeight === 0) return;
    const row = element.querySelector('[data-row]')?.getBoundingClientRect().height ?? 0;
    sight.update((before) => ({
      top: element.scrollTop,
      height: element.clientHeight,
      row: row > 0 ? row : before.row,
    }));
  }

  afterNextRender(
    () => {
      measure();
      if (typeof ResizeObserver === 'undefined') return;
      const observer = new ResizeObserver(measure);
      observer.observe(host);
      const element = box();
      if (element !== null) observer.observe(element);
      destroyed.onDestroy(() => observer.disconnect());
    },
    { injector: inject(Injector) },
  );

  return {
    window: computed(() => rowWindow(sight().top, sight().height, sight().row, count())),
    measure,
    reveal: (row) => {
      const element = box();
      if (element === null) return;
      const top = row * sight().row;
      const room = element.clientHeight - headHeight();
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + sight().row > element.scrollTop + room) element.scrollTop = top + sight().row - room;
      measure();
    },
  };
}
