import { DOCUMENT, inject, Service } from '@angular/core';

const NAME = '[UsageTracker]';

/** What the tracker does, for whoever opens the console of the browser; on the page nothing is said of it. */
@Service()
export class TrackingLog {
  private readonly console = inject(DOCUMENT).defaultView?.console;

  debug(text: string): void {
    this.console?.debug(`${NAME} ${text}`);
  }

  warn(text: string): void {
    this.console?.warn(`${NAME} ${text}`);
  }
}
