import { Component, computed, DestroyRef, effect, inject, input, output, signal, untracked } from '@angular/core';
import { formatDuration } from './format-duration';
import { exactTime } from './format-time';

const TICK_MS = 1000;

/** How long until an instant, second by second; the exact time is on hover. A screen reader hears it only when it asks. */
@Component({
  selector: 'ls-countdown',
  template: `<time role="timer" [attr.datetime]="to()" [title]="exact()">{{ text() }}</time>`,
  styles: `
    time {
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
  `,
})
export class Countdown {
  readonly to = input.required<string>();
  /** The instant has come. Said once per instant, and not for one that had passed before. */
  readonly reached = output();

  private readonly now = signal(Date.now());
  private readonly left = computed(() => (Date.parse(this.to()) - this.now()) / 1000);
  protected readonly exact = computed(() => exactTime(this.to()));
  protected readonly text = computed(() => {
    if (Number.isNaN(this.left())) return this.to();
    return this.left() > 0 ? $localize`in ${formatDuration(this.left())}:duration:` : $localize`now`;
  });

  constructor() {
    const timer = setInterval(() => this.now.set(Date.now()), TICK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
    let awaited: string | undefined;
    effect(() => {
      const [to, left] = [this.to(), this.left()];
      if (left > 0) awaited = to;
      else if (awaited === to) {
        awaited = undefined;
        untracked(() => this.reached.emit());
      }
    });
  }
}
