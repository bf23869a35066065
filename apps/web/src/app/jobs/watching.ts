import { effect, inject, DestroyRef, DOCUMENT, type Signal } from '@angular/core';

/** Between two looks at something that still goes on. */
const PAUSE_MS = 2_000;

/**
 * Looks again while something goes on and the page can be seen; a page that comes into sight looks at once. Nothing is asked for while
 * nothing goes on or nobody sees it.
 */
export function watchWhile(goesOn: Signal<boolean>, look: () => void, pauseMs = PAUSE_MS): void {
  const document = inject(DOCUMENT);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const begin = (): void => {
    stop();
    if (goesOn() && !document.hidden) timer = setInterval(look, pauseMs);
  };
  const turned = (): void => {
    if (goesOn() && !document.hidden) look();
    begin();
  };
  effect(begin);
  document.addEventListener('visibilitychange', turned);
  inject(DestroyRef).onDestroy(() => {
    stop();
    document.removeEventListener('visibilitychange', turned);
  });
}
