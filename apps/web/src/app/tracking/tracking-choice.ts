import { Component, computed, inject } from '@angular/core';
import { Notice } from '@lakescope/web-ui';
import { type BrowserRefusal, TrackingConsent } from './tracking-consent';
import { UsageEvents } from './usage-events';

const REFUSALS: Readonly<Record<BrowserRefusal, string>> = {
  'do-not-track': $localize`Do Not Track`,
  'global-privacy-control': $localize`Global Privacy Control`,
};

/** Says what is recorded of the use of these pages, and lets the person object. */
@Component({
  selector: 'ls-tracking-choice',
  imports: [Notice],
  templateUrl: './tracking-choice.html',
  styleUrl: './tracking-choice.css',
})
export class TrackingChoice {
  private readonly usage = inject(UsageEvents);
  protected readonly consent = inject(TrackingConsent);
  protected readonly refusal = computed(() => {
    const refusal = this.consent.browserRefusal;
    return refusal && REFUSALS[refusal];
  });
  protected readonly isOn = computed(() => this.refusal() === undefined && !this.consent.isOptedOut());

  protected choose(event: Event): void {
    const isOn = (event.target as HTMLInputElement).checked;
    this.consent.choose(isOn);
    // Of somebody who objects not even that is recorded.
    if (isOn) this.usage.record('preference_changed', { elementId: 'usage_tracking' });
  }
}
