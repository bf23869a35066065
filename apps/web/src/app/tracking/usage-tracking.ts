import { effect, inject, Injector, Service, untracked } from '@angular/core';
import { KeptEvents } from './kept-events';
import { TrackingConsent } from './tracking-consent';
import { TrackingLog } from './tracking-log';
import { UsageEvents } from './usage-events';
import { type UsageTracker } from './usage-tracker';

/**
 * Starts the tracker for whoever has not objected, and ends it when they do. Its code is loaded for them alone: to
 * everybody else it costs nothing.
 */
@Service()
export class UsageTracking {
  private readonly consent = inject(TrackingConsent);
  private readonly events = inject(UsageEvents);
  private readonly kept = inject(KeptEvents);
  private readonly log = inject(TrackingLog);
  private readonly injector = inject(Injector);
  private tracker: UsageTracker | undefined;
  private isResting = false;

  constructor() {
    effect(() => {
      const user = this.consent.givenBy();
      untracked(() => this.follow(user));
    });
  }

  /** Everything stored about the person is to go: nothing of before may be on its way meanwhile, or come after it. */
  async restDuring<T>(work: () => Promise<T>): Promise<T> {
    this.isResting = true;
    this.events.silence();
    this.kept.forget();
    await this.tracker?.stop();
    try {
      return await work();
    } finally {
      this.isResting = false;
      this.follow(this.consent.givenBy());
    }
  }

  private follow(user: string | null | undefined): void {
    if (this.isResting) return;
    if (typeof user === 'string') {
      this.begin(user).catch((error: unknown) => this.log.warn(`could not be loaded: ${String(error)}`));
      return;
    }
    void this.tracker?.stop();
    if (user === undefined) this.events.hold();
    else {
      this.events.silence();
      this.kept.forget();
      this.log.debug(`off: ${this.reason()}`);
    }
  }

  private async begin(user: string): Promise<void> {
    if (this.tracker === undefined) {
      const { UsageTracker } = await import('./usage-tracker');
      this.tracker = this.injector.get(UsageTracker);
    }
    // The person may have objected, or changed, while the code was on its way.
    if (!this.isResting && this.consent.givenBy() === user) this.tracker.start(user);
  }

  private reason(): string {
    if (this.consent.browserRefusal !== undefined) return `the browser asks for it (${this.consent.browserRefusal})`;
    return this.consent.isOptedOut() ? 'opted out in the preferences' : 'this app has no database';
  }
}
