import { computed, inject, Service } from '@angular/core';
import { type Problem } from '@lakescope/web-api';
import { Session } from '../shell/session';

/** What the server answers to whoever is no admin. */
const REFUSAL: Problem = {
  title: $localize`Admin required`,
  detail: $localize`Only administrators may do this. Somebody who became one more than five minutes ago is let in by Retry.`,
  status: 403,
  code: 'ADMIN_REQUIRED',
  correlationId: undefined,
  details: {},
  retryAfterSeconds: undefined,
};

/**
 * Whether this person is let into the pages of admins, as the server said with who they are. It keeps nobody out, for the server does,
 * behind every page; it only spares those who are no admin requests that would be refused.
 */
@Service({ autoProvided: false })
export class AdminVerdict {
  private readonly session = inject(Session);

  readonly isAdmitted = this.session.isAdmin;
  /** Undefined for admins, and while it is not known who this is. */
  readonly problem = computed(
    () => this.session.problem() ?? (this.session.user() && !this.session.isAdmin() ? REFUSAL : undefined),
  );

  askAgain(): void {
    this.session.reload();
  }
}
