import { effect, untracked } from '@angular/core';
import { type ApiResource } from '@lakescope/web-api';

/** Reads something again and again while it is about to change: each answer begins the next pause, in milliseconds. */
export function lookAgainWhile(
  isChanging: () => boolean,
  resource: Pick<ApiResource<unknown>, 'isLoading' | 'reload'>,
  pauseMs: number,
): void {
  effect((onCleanup) => {
    if (!isChanging() || resource.isLoading()) return;
    const timer = setTimeout(() => untracked(() => resource.reload()), pauseMs);
    onCleanup(() => clearTimeout(timer));
  });
}
