import type { DatabaseCredential, Secret } from '@lakescope/databricks-client';
import { defaults } from './defaults';

/** Claims of a JWT, read without checking it: the server checks the token, this only says what it speaks of. */
export interface CredentialClaims {
  subject: string | undefined;
  /** Seconds since 1970 by the platform's clock. */
  issuedAt: number | undefined;
  expiresAt: number | undefined;
}

/** Undefined when the token is no JWT. */
export function claimsOf(token: Secret): CredentialClaims | undefined {
  const [, payload] = token.reveal().split('.');
  if (payload === undefined) return undefined;
  const claims = parsed(Buffer.from(payload, 'base64url').toString());
  if (typeof claims !== 'object' || claims === null) return undefined;
  return {
    subject: textOf(Reflect.get(claims, 'sub')),
    issuedAt: numberOf(Reflect.get(claims, 'iat')),
    expiresAt: numberOf(Reflect.get(claims, 'exp')),
  };
}

/**
 * How long a credential can be used, in milliseconds from the moment it was asked for. The clocks of app and platform may differ by
 * minutes, so the difference of the token's own `exp` and `iat` counts, in which the platform's clock cancels out. Only a
 * token without them is measured by our clock, and then never longer than the platform issues one for (an hour), and not so
 * short that a clock ahead of the platform's makes every credential dead on arrival. What this gets wrong is put right by the
 * forced renewal after a refused login.
 */
export function lifetimeOf({ token, expiresAt }: DatabaseCredential, askedAt: number): number {
  const claims = claimsOf(token);
  if (claims?.expiresAt !== undefined && claims.issuedAt !== undefined) {
    const lifetime = (claims.expiresAt - claims.issuedAt) * 1000;
    // The platform cuts both to whole seconds, so up to one of them may have passed when the token was issued.
    if (lifetime > 0) return Math.min(lifetime - Math.min(1000, lifetime / 4), defaults.credentialLongestLifeMs);
  }
  const byOurClock = expiresAt.getTime() - askedAt;
  return Math.min(Math.max(byOurClock, defaults.credentialShortestLifeMs), defaults.credentialTypicalLifeMs);
}

/**
 * A moment that has come when either clock says so: the wall clock may be set back, and the steady one stands still while the
 * machine sleeps.
 */
export class Moment {
  private constructor(
    readonly date: Date,
    private readonly tick: number,
  ) {}

  static in(milliseconds: number): Moment {
    return new Moment(new Date(Date.now() + milliseconds), performance.now() + milliseconds);
  }

  get hasCome(): boolean {
    return Date.now() >= this.date.getTime() || performance.now() >= this.tick;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // An opaque token with a dot in it is no JWT, and that is no failure.
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
