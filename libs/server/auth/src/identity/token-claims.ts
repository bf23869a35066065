import type { Secret } from '@lakescope/databricks-client';

/** What a token says about itself. Nothing here is verified: it bounds a cache and is shown to its owner, and decides nothing. */
export interface TokenClaims {
  expiresAt?: Date;
  scopes: string[];
}

export function claimsOf(token: Secret): TokenClaims {
  const payload = payloadOf(token.reveal());
  const exp = payload['exp'];
  const scope = payload['scope'];
  // A time that is too far off for a date says nothing, just as one that is no number.
  const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : NaN);
  return {
    ...(Number.isNaN(expiresAt.getTime()) ? {} : { expiresAt }),
    scopes: typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [],
  };
}

/** Tokens are opaque by contract; one that is no JWT simply says nothing. */
function payloadOf(token: string): Record<string, unknown> {
  const part = token.split('.')[1];
  if (part === undefined) return {};
  try {
    const payload: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? { ...payload } : {};
  } catch {
    return {};
  }
}
