import { PlatformError } from '@lakescope/databricks-client';

const WORDS: Readonly<Record<PlatformError['kind'], string>> = {
  unauthenticated: 'the credential is not valid',
  token_expired: 'the token has expired',
  scope_missing: 'a scope is missing',
  permission_denied: 'permission is denied',
  not_found: 'there is no such thing',
  endpoint_not_found: 'there is no such API',
  already_exists: 'it exists already',
  conflict: 'its state does not allow this',
  bad_request: 'the request was refused',
  precondition_failed: 'it has changed meanwhile',
  range_not_satisfiable: 'the request was refused',
  rate_limited: 'too many requests',
  timeout: 'no answer in time',
  unavailable: 'no connection, or the service is down',
  aborted: 'no answer in time',
  upstream: 'the answer cannot be understood',
};

/** What went wrong with a call, in words that are safe to show: the platform's own message may repeat what it was given. */
export function platformFault(error: unknown): string {
  if (!(error instanceof PlatformError)) throw error;
  return error.scopes === undefined ? WORDS[error.kind] : `the scope ${error.scopes.join(', ')} is missing`;
}
