import { afterNextRender, ElementRef, inject, Injector } from '@angular/core';

/** Whatever takes text, a choice or a press. */
const FIELD = 'input, select, textarea, button';

/**
 * Keeps the keyboard in the form when the button that was pressed goes with what it removed, or gives way to what it made. All
 * selectors are looked for below the component's own element, where `:scope` is that element itself.
 */
export class KeepFocus {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly injector = inject(Injector);

  /** Of like buttons the one that stands in its place now, or the last one; when there is none left, what adds one. */
  onNext(buttons: string, at: number, otherwise: string): void {
    this.later(() => {
      const left = this.host.querySelectorAll<HTMLElement>(buttons);
      return left[Math.min(at, left.length - 1)] ?? this.host.querySelector<HTMLElement>(otherwise);
    });
  }

  /** The first that is there of several, or else the first field of all. */
  onFirst(...selectors: readonly string[]): void {
    this.later(() => {
      for (const selector of [...selectors, FIELD]) {
        const found = this.host.querySelector<HTMLElement>(selector);
        if (found !== null) return found;
      }
      return null;
    });
  }

  private later(find: () => HTMLElement | null): void {
    afterNextRender(() => find()?.focus(), { injector: this.injector });
  }
}
