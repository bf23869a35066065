import { afterNextRender, DestroyRef, ElementRef, inject, type Signal, signal } from '@angular/core';

/** Enough rows for any window until it is known how high this one is. */
const BEFORE_MEASURED = 1000;

/** The height inside the component's own element in whole pixels, now and after every change of it. */
export function elementHeight(): Signal<number> {
  const element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const destroyed = inject(DestroyRef);
  const height = signal(BEFORE_MEASURED);
  afterNextRender(() => {
    // Not there under jsdom, which lays nothing out anyway.
    if (typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = Math.ceil(entry?.contentRect.height ?? 0);
      if (measured > 0) height.set(measured);
    });
    observer.observe(element);
    destroyed.onDestroy(() => observer.disconnect());
  });
  return height.asReadonly();
}
