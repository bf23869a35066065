import { type DestroyRef, DOCUMENT, inject, Service } from '@angular/core';
import { Router } from '@angular/router';
import { Dialogs } from './dialogs';
import { Navigation } from './navigation';
import { SingleKeys } from './single-keys';

const CHORD_MS = 1000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Keys that work anywhere. */
@Service()
export class Shortcuts {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);
  private readonly navigation = inject(Navigation);
  private readonly singleKeys = inject(SingleKeys);
  private chordUntil = 0;

  listen(destroyRef: DestroyRef): void {
    const onKey = (event: KeyboardEvent) => this.onKey(event);
    this.document.addEventListener('keydown', onKey);
    destroyRef.onDestroy(() => this.document.removeEventListener('keydown', onKey));
  }

  private onKey(event: KeyboardEvent): void {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === 'k') {
      event.preventDefault();
      void this.dialogs.openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || this.singleKeys.areOff()) return;
    if (this.document.querySelector('[role="dialog"], dialog[open]')) return;
    if (this.act(key)) event.preventDefault();
  }

  private act(key: string): boolean {
    const inChord = Date.now() < this.chordUntil;
    this.chordUntil = key === 'g' ? Date.now() + CHORD_MS : 0;
    const destination = inChord ? this.navigation.destinations().find((candidate) => candidate.key === key) : undefined;
    if (destination) {
      void this.router.navigateByUrl(destination.link);
      return true;
    }
    if (key === '?') {
      void this.dialogs.openShortcuts();
      return true;
    }
    if (key === '/') {
      const filter = this.document.querySelector<HTMLInputElement>('[data-filter]');
      filter?.focus();
      filter?.select();
      return filter !== null;
    }
    return false;
  }
}
