import {
  DatabricksClients,
  PlatformError,
  type RetryPolicy,
  type ScimMe,
  type Secret,
} from '@lakescope/databricks-client';
import type { UserIdentity } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityRateLimited, IdentityUnavailable, TokenExpired, TokenInvalid, UserDeactivated } from '../auth.errors';

const DEADLINE_MS = 4_800;
const HEADERS_TOO_LARGE = 431;
/** A thousand groups with long names take a tenth of this; whatever is larger is not remembered thousands of times. */
const LARGEST_IDENTITY = 512 * 1024;

const RETRIES: RetryPolicy = {
  delaysMs: [100, 200, 400],
  budgetMs: DEADLINE_MS,
  waitWhenRateLimited: false,
  repeatServerErrors: true,
};

/** Asks the platform whose token it is (SCIM `Me`), afresh each time, and says in our own words why it does not tell. */
@Injectable()
export class WhoAmI {
  constructor(@Inject(DatabricksClients) private readonly databricks: DatabricksClients) {}

  /** Throws a refusal of the token (401), or that the platform could not be asked (429, 503). */
  async ask(token: Secret): Promise<UserIdentity> {
    try {
      const me = await this.databricks.asUser({ token }).currentUser.me({ retry: RETRIES, deadlineMs: DEADLINE_MS });
      const identity = identityOf(me);
      if (!identity.active) throw new UserDeactivated();
      return identity;
    } catch (error) {
      throw refusal(error);
    }
  }
}

function identityOf(me: ScimMe): UserIdentity {
  const { userName, displayName, active } = me as Readonly<Record<keyof ScimMe, unknown>>;
  if (typeof userName !== 'string' || userName === '') throw garbage('does not say whose token this is');
  const identity = {
    userId: userName,
    displayName: typeof displayName === 'string' && displayName !== '' ? displayName : userName,
    active: active !== false,
    emails: entriesOf(me.emails).flatMap(({ value }) => text(value)),
    groups: entriesOf(me.groups).flatMap(({ display, value }) => text(display ?? value)),
  };
  if (sizeOf(identity) > LARGEST_IDENTITY) throw garbage('is too large');
  return identity;
}

/** A list of SCIM values; absent and null mean none, everything else is no answer of the platform. */
function entriesOf(list: unknown): { value?: unknown; display?: unknown }[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw garbage('is not what SCIM describes');
  return (list as unknown[]).map((entry) => {
    if (typeof entry !== 'object' || entry === null) throw garbage('is not what SCIM describes');
    return entry;
  });
}

function text(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

function sizeOf({ userId, displayName, emails, groups }: UserIdentity): number {
  return [userId, displayName, ...emails, ...groups].reduce((sum, { length }) => sum + length, 0);
}

function garbage(why: string): PlatformError {
  return new PlatformError('upstream', `The platform's answer about the user ${why}`, { actingAs: 'user' });
}

function refusal(error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error;
  switch (error.kind) {
    case 'token_expired':
      return new TokenExpired(error);
    // Every valid token may ask who it is, so even a plain "permission denied" speaks of the token.
    case 'unauthenticated':
    case 'permission_denied':
    case 'bad_request':
      return new TokenInvalid(error);
    case 'rate_limited':
      return new IdentityRateLimited(error.retryAfterSeconds, error);
    case 'scope_missing':
      return error;
    default:
      // A token too large for the platform's own header limit is no token of the platform.
      return error.status === HEADERS_TOO_LARGE ? new TokenInvalid(error) : new IdentityUnavailable(error);
  }
}
