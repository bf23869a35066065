import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from '@lakescope/server-http';

/** When the workspace does not say itself when to come back. */
const RETRY_AFTER_SECONDS = 5;

/** The workspace refused the app a database credential, or did not answer; nothing has changed. */
export class CredentialNotIssued extends DomainError {
  constructor(cause: PlatformError) {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: `The workspace issued no new database credential (${cause.kind}); the present one stays in use.`,
      details: { reason: cause.kind, upstream_status: cause.status ?? null, acting_as: 'app' },
      cause,
      retryAfterSeconds: cause.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
    });
  }
}
