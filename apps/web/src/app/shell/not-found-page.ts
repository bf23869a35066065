import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EmptyState } from '@lakescope/web-ui';

@Component({
  selector: 'ls-not-found-page',
  imports: [EmptyState, RouterLink],
  template: `
    <div class="ls-page">
      <h1 i18n>Page not found</h1>
      <ls-empty title="There is no page at this address" i18n-title icon="search">
        <p i18n>The link may be outdated. <a routerLink="/">Go to Home</a>, or press Ctrl K to jump anywhere.</p>
      </ls-empty>
    </div>
  `,
})
export class NotFoundPage {}
