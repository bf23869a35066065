import { Component, DestroyRef, DOCUMENT, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '@lakescope/web-ui';
import { Session } from './session';

/** Says what is wrong between this page and the server, above whatever the page shows. */
@Component({
  selector: 'ls-connection-banner',
  imports: [Icon, MatButton],
  template: `
    <div role="status">
      @if (session.isExpired()) {
        <p class="ls-strip">
          <ls-icon name="alert" /><span i18n>Your session has expired: sign in again.</span>
          <button data-track-id="connection-sign-in" matButton="outlined" type="button" (click)="signIn()" i18n>
            Sign in again
          </button>
        </p>
      } @else if (isOffline()) {
        <p class="ls-strip">
          <ls-icon name="alert" /><span i18n>This device is offline. What is shown may be outdated.</span>
        </p>
      } @else if (session.isUnreachable()) {
        <p class="ls-strip">
          <ls-icon name="alert" /><span i18n>Lakescope does not answer. It may be restarting.</span>
          <button data-track-id="connection-retry" matButton="outlined" type="button" (click)="session.reload()" i18n>
            Try again
          </button>
        </p>
      }
    </div>
  `,
})
export class ConnectionBanner {
  private readonly location = inject(DOCUMENT).location;
  protected readonly session = inject(Session);
  protected readonly isOffline = signal(!navigator.onLine);

  constructor() {
    const update = () => this.isOffline.set(!navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    inject(DestroyRef).onDestroy(() => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    });
  }

  /** The proxy in front of the app signs in whoever loads a page without a session. */
  protected signIn(): void {
    this.location.reload();
  }
}
