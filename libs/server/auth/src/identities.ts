import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import {
  DatabricksClients,
  PlatformError,
  type RetryPolicy,
  type ScimMe,
  type Secret,
} from '@lakescope/databricks-client';
import { UserCaller, type UserIdentity } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { IdentityRateLimited, IdentityUnavailable, TokenExpired, TokenInvalid } from './auth.errors';
import { claimsOf } from './token-claims';

const CACHED_MS = 60_000;
const MOST_CACHED = 10_000;
const DEADLINE_MS = 4_800;
const HEADERS_TOO_LARGE = 431;

const RETRIES: RetryPolicy = {
  delaysMs: [100, 200, 400],
  budgetMs: DEADLINE_MS,
  waitWhenRateLimited: false,
  repeatServerErrors: true,
};

interface Known {
  identity: UserIdentity;
  expiresAt: Date | undefined;
  until: number;
}

/**
 * Who a token belongs to, asked of the platform and remembered for at most a minute. Only the identity is kept, under an HMAC of the
 * token with a key of this process; the token itself is not. Refusals are not remembered: one person's bad token costs nobody else.
 */
@Injectable()
export class Identities {
  private readonly key = createSecretKey(randomBytes(32));
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Known>>();

  constructor(@Inject(DatabricksClients) private readonly databricks: DatabricksClients) {}

  async callerOf(token: Secret): Promise<UserCaller> {
    const name = createHmac('sha256', this.key).update(token.reveal()).digest('base64');
    const { identity, expiresAt } = this.remembered(name) ?? (await this.askOnce(name, token));
    return new UserCaller(identity, token, expiresAt);
  }

  private remembered(name: string): Known | undefined {
    const known = this.known.get(name);
    if (known === undefined) return undefined;
    if (Date.now() < known.until) return known;
    this.known.delete(name);
    return undefined;
  }

  private askOnce(name: string, token: Secret): Promise<Known> {
    const underway = this.asking.get(name);
    if (underway !== undefined) return underway;
    const asked = this.ask(token)
      .then((identity) => this.remember(name, identity, claimsOf(token).expiresAt))
      .finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  private remember(name: string, identity: UserIdentity, expiresAt: Date | undefined): Known {
    const oldest = this.known.keys().next();
    if (this.known.size >= MOST_CACHED && oldest.done !== true) this.known.delete(oldest.value);
    const until = Math.min(Date.now() + CACHED_MS, expiresAt?.getTime() ?? Infinity);
    const known = { identity, expiresAt, until };
    this.known.set(name, known);
    return known;
  }

  private async ask(token: Secret): Promise<UserIdentity> {
    try {
      const me = await this.databricks.asUser({ token }).currentUser.me({ retry: RETRIES, deadlineMs: DEADLINE_MS });
      return identityOf(me);
    } catch (error) {
      throw refusal(error);
    }
  }
}

function identityOf(me: ScimMe): UserIdentity {
  if (me.userName === undefined || me.userName === '') {
    throw new PlatformError('upstream', 'The platform did not say whose token this is', { actingAs: 'user' });
  }
  return {
    userId: me.userName,
    displayName: me.displayName ?? me.userName,
    active: me.active ?? true,
    emails: texts(me.emails?.map(({ value }) => value)),
    groups: texts(me.groups?.map(({ display, value }) => display ?? value)),
  };
}

function texts(values: readonly (string | undefined)[] | undefined): string[] {
  return (values ?? []).filter((value) => value !== undefined && value !== '') as string[];
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
