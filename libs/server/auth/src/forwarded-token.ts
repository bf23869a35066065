import type { IncomingMessage } from 'node:http';
import { Secret } from '@lakescope/databricks-client';
import { TokenMalformed, TokenMissing } from './auth.errors';

const HEADER = 'x-forwarded-access-token';

/** The characters of a bearer token (RFC 6750, 2.1). */
const BEARER_LIKE = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The user's token, put into this header by the platform's proxy. The other `X-Forwarded-*` headers are hints for display and decide
 * nothing, and neither does `Authorization`, which the proxy takes off.
 */
export function forwardedToken(request: IncomingMessage): Secret {
  const values = request.headersDistinct[HEADER] ?? [];
  if (values.length > 1) throw new TokenMalformed('it was sent more than once');
  const value = values[0]?.trim() ?? '';
  if (value === '') throw new TokenMissing();
  if (!BEARER_LIKE.test(value)) throw new TokenMalformed('it has characters that no token has');
  return new Secret(value);
}
