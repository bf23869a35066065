import { afterNextRender, DestroyRef, ElementRef, inject, type Signal, signal } from '@angular/core';

const BEFORE_MEASURED = 640;

/** The width inside the component's own element in whole pixels, now and after every change of it. */
export function elementWidth(): Signal<number> {
  const element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const destroyed = inject(DestroyRef);
  const width = signal(BEFORE_MEASURED);
  afterNextRender(() => {
    // Not there under jsdom, which lays nothing out anyway.
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.floor(entry?.contentRect.width ?? 0);
      // An element that is out of sight has no width; what it had is what it will have again.
      if (measured > 0) width.set(measured);
    });
    observer.observe(element);
    destroyed.onDestroy(() => observer.disconnect());
  });
  return width.asReadonly();
}
