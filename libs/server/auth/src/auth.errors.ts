import { PlatformError } from '@lakescope/databricks-client';
import { DomainError, TOKEN_REFUSALS } from '@lakescope/server-http';

export class TokenMissing extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'AUTH_MISSING',
      message:
        'The request carries no user token. Open the app through its own address, and switch user authorization on.',
    });
  }
}

export class TokenMalformed extends DomainError {
  constructor(reason: string) {
    super({ kind: 'unauthenticated', code: 'AUTH_MALFORMED', message: `The user token cannot be read: ${reason}` });
  }
}

export class TokenInvalid extends DomainError {
  constructor(cause: unknown) {
    super({
      kind: 'unauthenticated',
      code: 'AUTH_INVALID',
      message: TOKEN_REFUSALS.AUTH_INVALID,
      cause,
    });
  }
}

export class TokenExpired extends DomainError {
  constructor(cause: unknown) {
    super({
      kind: 'unauthenticated',
      code: 'AUTH_EXPIRED',
      message: TOKEN_REFUSALS.AUTH_EXPIRED,
      cause,
    });
  }
}

export class IdentityRateLimited extends DomainError {
  constructor(retryAfterSeconds: number | undefined, cause: unknown) {
    super({
      kind: 'rate_limited',
      code: 'AUTH_RATE_LIMITED',
      message: 'The platform limits how often the identity may be asked, try again shortly',
      retryAfterSeconds: retryAfterSeconds ?? 1,
      cause,
    });
  }
}

export class IdentityUnavailable extends DomainError {
  constructor(cause: unknown) {
    super({
      kind: 'unavailable',
      code: 'AUTH_USER_IDENTITY_FAILED',
      message: `Who you are could not be found out, because ${whyOf(cause)}`,
      retryAfterSeconds: 5,
      cause,
    });
  }
}

export class UserDeactivated extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'AUTH_INVALID',
      message: 'This user is deactivated in the workspace. A workspace administrator can activate it again.',
      details: { active: false },
    });
  }
}

export class AdminRequired extends DomainError {
  constructor(groups: readonly string[]) {
    super({
      kind: 'forbidden',
      code: 'ADMIN_REQUIRED',
      message: `Only administrators may do this: members of ${groups.join(', ')}`,
      details: { admin_groups: groups },
    });
  }
}

export class AdminCheckFailed extends DomainError {
  constructor(retryAfterSeconds: number | undefined, cause: unknown) {
    super({
      kind: 'unavailable',
      code: 'ADMIN_CHECK_FAILED',
      message: `Whether you are an administrator could not be found out, because ${whyOf(cause)}`,
      retryAfterSeconds: retryAfterSeconds ?? 5,
      cause,
    });
  }
}

/** An answer nobody can read is another matter than none. */
function whyOf(failure: unknown): string {
  const cause = failure instanceof IdentityUnavailable ? failure.cause : failure;
  if (!(cause instanceof PlatformError) || cause.kind !== 'upstream') return 'the platform does not answer';
  return (cause.status ?? 200) < 400
    ? 'the platform answers with something that cannot be read'
    : `the platform answers with an error (${cause.status})`;
}
