import { computed, DOCUMENT, inject, Service } from '@angular/core';
import { Preferences } from '../preferences/preferences';
import { Session } from '../shell/session';

const PREFERENCE = 'usage_tracking';

/** Signals of browsers that TypeScript's own description of them leaves out. */
interface PrivacySignals {
  readonly doNotTrack?: string | null;
  readonly globalPrivacyControl?: boolean;
}

export type BrowserRefusal = 'global-privacy-control' | 'do-not-track';

/** Whether what this person does may be recorded: as they chose, and as their browser asks for them. */
@Service()
export class TrackingConsent {
  private readonly preferences = inject(Preferences);
  private readonly session = inject(Session);

  /** What the browser asks for on every page; it goes before any choice made here. */
  readonly browserRefusal = refusalOf(inject(DOCUMENT).defaultView);
  readonly isOptedOut = computed(() => this.preferences.value(PREFERENCE) === 'off');
  /** Without a database nothing can be recorded. */
  readonly isPossible = computed(() => this.preferences.problem()?.code !== 'LAKEBASE_NOT_CONFIGURED');
  /**
   * Whose events are recorded: undefined as long as that is not known, or what they chose is not; null when nobody's are,
   * by their own choice or by the browser's.
   */
  readonly givenBy = computed<string | null | undefined>(() => {
    if (this.browserRefusal !== undefined || this.isOptedOut() || !this.isPossible()) return null;
    return this.preferences.isStoredForUser() ? this.session.user()?.user_id : undefined;
  });

  choose(isOn: boolean): void {
    this.preferences.choose(PREFERENCE, isOn ? 'on' : 'off');
  }
}

function refusalOf(view: (Window & typeof globalThis) | null): BrowserRefusal | undefined {
  const navigator: PrivacySignals = view?.navigator ?? {};
  if (navigator.globalPrivacyControl === true) return 'global-privacy-control';
  return navigator.doNotTrack === '1' || navigator.doNotTrack === 'yes' ? 'do-not-track' : undefined;
}
