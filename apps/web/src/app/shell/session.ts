import { computed, inject, Service } from '@angular/core';
import { apiResource, Connection, getAuthStatus, getMyWorkspace } from '@lakescope/web-api';

/** Who is signed in, where, and until when. */
@Service()
export class Session {
  private readonly connection = inject(Connection);
  private readonly workspaceAnswer = apiResource(getMyWorkspace, () => ({}));
  private readonly status = apiResource(getAuthStatus, () => ({}));

  readonly user = computed(() => this.workspaceAnswer.latest()?.user);
  /** Shown only: the server asks again for each route that needs an admin. */
  readonly isAdmin = computed(() => this.user()?.is_admin === true);
  readonly problem = this.workspaceAnswer.problem;
  readonly isLoading = this.workspaceAnswer.isLoading;
  readonly workspace = computed(() => this.workspaceAnswer.latest()?.workspace);
  readonly tokenExpiresAt = computed(() => this.status.latest()?.token_expires_at ?? undefined);
  readonly scopes = computed(() => this.status.latest()?.granted_scopes ?? []);
  readonly isExpired = this.connection.isSessionExpired;
  readonly isUnreachable = this.connection.isUnreachable;

  reload(): void {
    this.workspaceAnswer.reload();
    this.status.reload();
  }
}
