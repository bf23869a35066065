import type { IncomingMessage } from 'node:http';
import { Secret } from '@lakescope/databricks-client';
import { TokenMalformed, TokenMissing } from '../auth.errors';

const HEADER = 'x-forwarded-access-token';

/** The characters of a bearer token (RFC 6750, 2.1). */
const BEARER_LIKE = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The user's token, put into this header by the platform's proxy. The other `X-Forwarded-*` headers are hints for display and decide
 * nothing, and neither does `Authorization`, which the proxy takes off.
 */
export function forwardedToken(request: IncomingMessage): Secret {
  const value = request.headers[HEADER];
  if (typeof value !== 'string' || value === '') throw new TokenMissing();
  return new Secret(value);
}

/** Node joins headers of one name by a comma and a space, which no token has: two tokens are never taken for one. */
export function refuseUnlessTokenLike(token: Secret): void {
  const value = token.reveal();
  if (BEARER_LIKE.test(value)) return;
  throw new TokenMalformed(value.includes(', ') ? 'it was sent more than once' : 'it has characters that no token has');
}
