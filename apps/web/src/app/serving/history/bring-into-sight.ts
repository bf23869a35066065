import { afterNextRender, ElementRef, inject, Injector } from '@angular/core';

/** Brings the component into sight, once it has been drawn anew: it stands below what was pressed to see it. */
export function intoSight(): () => void {
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const injector = inject(Injector);
  return () => {
    afterNextRender(() => host.firstElementChild?.scrollIntoView({ block: 'nearest' }), { injector });
  };
}
