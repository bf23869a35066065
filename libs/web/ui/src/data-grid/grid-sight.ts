import {
  afterNextRender,
  DestroyRef,
  DOCUMENT,
  type ElementRef,
  inject,
  Injector,
  type Signal,
  signal,
} from '@angular/core';
import { type GridSight, inSteps } from './grid-window';

const ROW_BEFORE_MEASURED = 36;
/** What a large screen shows; also what is drawn where nothing is laid out, as in tests without a browser. */
const BEFORE_MEASURED: GridSight = { top: 0, left: 0, height: 900, width: 1600 };

export interface MeasuredGrid {
  /** What is in sight of the box, in whole steps: it changes far less often than the box is scrolled. */
  readonly sight: Signal<GridSight>;
  /** Pixels; the density of the page decides. */
  readonly rowHeight: Signal<number>;
  /** Looks again now, after a scroll that the page has made itself. */
  measure(): void;
}

/** Follows the position and the size of the box around a grid. */
export function measuredGrid(box: Signal<ElementRef<HTMLElement>>): MeasuredGrid {
  const view = inject(DOCUMENT).defaultView;
  const destroyed = inject(DestroyRef);
  const rowHeight = signal(ROW_BEFORE_MEASURED);
  const sight = signal(inSteps(BEFORE_MEASURED, ROW_BEFORE_MEASURED), {
    equal: (a, b) => a.top === b.top && a.left === b.left && a.height === b.height && a.width === b.width,
  });

  function measure(): void {
    const element = box().nativeElement;
    const height = parseFloat(view?.getComputedStyle(element).getPropertyValue('--ls-row') ?? '');
    if (height > 0) rowHeight.set(height);
    // A box that is out of sight has no size; what it had is what it will have again.
    if (element.clientHeight === 0) return;
    const { scrollTop: top, scrollLeft: left, clientHeight, clientWidth } = element;
    sight.set(inSteps({ top, left, height: clientHeight, width: clientWidth }, rowHeight()));
  }

  afterNextRender(
    () => {
      const element = box().nativeElement;
      // Not by the template: that would check every cell at each frame of a scroll.
      element.addEventListener('scroll', measure, { passive: true });
      destroyed.onDestroy(() => element.removeEventListener('scroll', measure));
      if (typeof ResizeObserver === 'undefined') return;
      const observer = new ResizeObserver(measure);
      observer.observe(element);
      // The table grows and shrinks with the height of its rows, while its box may stay as it is.
      if (element.firstElementChild) observer.observe(element.firstElementChild);
      destroyed.onDestroy(() => observer.disconnect());
    },
    { injector: inject(Injector) },
  );
  return { sight: sight.asReadonly(), rowHeight: rowHeight.asReadonly(), measure };
}
