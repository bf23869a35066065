import { computed, inject, Service } from '@angular/core';
import { apiResource, getAdminOverview } from '@lakescope/web-api';
import { Session } from '../shell/session';

/**
 * Whether this person is let into the pages of admins. It keeps nobody out, for the server does, behind every page; it only
 * asks the server first for those who do not look like an admin, so that they get its refusal, and what to do about it.
 */
@Service({ autoProvided: false })
export class AdminVerdict {
  private readonly session = inject(Session);
  private readonly answer = apiResource(getAdminOverview, () =>
    this.session.user() && !this.session.isAdmin() ? {} : undefined,
  );

  readonly isAdmitted = computed(() => this.session.isAdmin() || this.answer.value() !== undefined);
  readonly problem = computed(() => this.answer.problem() ?? this.session.problem());

  askAgain(): void {
    this.session.reload();
    this.answer.reload();
  }
}
