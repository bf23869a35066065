import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { EmptyState, formatCount, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { MetricsStore } from './metrics-store';

/** Who did most. It names people, so it is asked for only when somebody wants to know. */
@Component({
  selector: 'ls-top-users',
  imports: [EmptyState, Icon, MatButton, ProblemBanner, Skeleton],
  template: `
    <div class="head">
      <h3 i18n>Top users</h3>
      @if (store.view().showsUsers) {
        <button
          type="button"
          class="ls-icon-button"
          aria-label="Hide top users"
          i18n-aria-label
          (click)="store.adjust({ showsUsers: false })"
        >
          <ls-icon name="close" />
        </button>
      }
    </div>
    @if (!store.view().showsUsers) {
      <p class="ls-muted" i18n>This list names people, so it is shown on request only.</p>
      <p>
        <button
          matButton="outlined"
          type="button"
          data-track-id="metrics-top-users"
          (click)="store.adjust({ showsUsers: true })"
          i18n
        >
          Show top users
        </button>
      </p>
    } @else if (store.topUsers.problem(); as problem) {
      <ls-problem [problem]="problem" (retry)="store.topUsers.reload()" />
    } @else if (store.topUsers.value()) {
      @if (rows().length > 0) {
        <div class="box" tabindex="0" role="region" aria-label="Top users" i18n-aria-label>
          <table class="ls-table">
            <thead>
              <tr>
                <th scope="col" i18n>User</th>
                <th scope="col" class="ls-number" i18n>Requests</th>
                <th scope="col" class="ls-number" i18n>Events</th>
              </tr>
            </thead>
            <tbody>
              @for (row of rows(); track row.user) {
                <tr>
                  <th scope="row">
                    <button
                      type="button"
                      class="ls-link-button"
                      title="Single requests of this user"
                      i18n-title
                      (click)="store.openRequests({ requests: { userId: row.user } })"
                    >
                      @for (part of row.parts; track $index) {
                        <span [textContent]="part"></span><wbr />
                      }
                    </button>
                  </th>
                  <td class="ls-number">{{ row.requests }}</td>
                  <td class="ls-number">{{ row.events }}</td>
                </tr>
              }
            </tbody>
          </table>
        </div>
      } @else {
        <ls-empty title="Nobody known did anything in this range" i18n-title icon="identity" />
      }
    } @else {
      <ls-skeleton [rows]="5" />
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      gap: var(--ls-space-2);
    }
    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-height: 28px;
    }
    h3 {
      font: 600 14px/20px var(--ls-font);
    }
    .box {
      max-height: 320px;
      overflow: auto;
    }
    th {
      overflow-wrap: break-word;
    }
    .ls-table thead th {
      position: sticky;
      top: 0;
      background: var(--ls-surface);
    }
  `,
})
export class TopUsers {
  protected readonly store = inject(MetricsStore);

  protected readonly rows = computed(() =>
    (this.store.topUsers.value()?.items ?? []).map(({ user_id, requests, events }) => ({
      user: user_id,
      parts: user_id.split(/(?=@)/),
      requests: formatCount(requests),
      events: formatCount(events),
    })),
  );
}
