import { effect, inject, DestroyRef, type Signal } from '@angular/core';

/** Between two looks at something that still goes on. */
const PAUSE_MS = 1_000;

/** Looks again each second while something goes on and the page can be seen. */
export function watchWhile(goesOn: Signal<boolean>, look: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(timer);
  effect(() => {
    stop();
    if (goesOn()) {
      timer = setInterval(() => {
        if (!document.hidden) look();
      }, PAUSE_MS);
    }
  });
  inject(DestroyRef).onDestroy(stop);
}
