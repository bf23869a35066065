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
        <p>
          <ls-icon name="alert" /><span i18n>Your session has expired: sign in again.</span>
          <button matButton="outlined" type="button" (click)="signIn()" i18n>Sign in again</button>
        </p>
      } @else if (isOffline()) {
        <p><ls-icon name="alert" /><span i18n>This device is offline. What is shown may be outdated.</span></p>
      } @else if (session.isUnreachable()) {
        <p>
          <ls-icon name="alert" /><span i18n>Lakescope does not answer. It may be restarting.</span>
          <button matButton="outlined" type="button" (click)="session.reload()" i18n>Try again</button>
        </p>
      }
    </div>
  `,
  styles: `
    p {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ls-space-2) var(--ls-space-3);
      padding: var(--ls-space-2) var(--ls-space-5);
      border-bottom: 1px solid var(--ls-warn);
      background: var(--ls-warn-tint);
    }
    ls-icon {
      color: var(--ls-warn);
    }
    span {
      flex: 0 1 auto;
      max-width: calc(100% - 32px);
    }
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
