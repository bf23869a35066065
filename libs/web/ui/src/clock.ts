import { DestroyRef, inject, Service, signal } from '@angular/core';

const TICK_MS = 30_000;

/** One ticking now for every relative time on the page. */
@Service()
export class Clock {
  private readonly instant = signal(Date.now());
  readonly now = this.instant.asReadonly();

  constructor() {
    const timer = setInterval(() => this.instant.set(Date.now()), TICK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
