import type { PlatformError } from '@lakescope/databricks-client';
import { redactText } from './redaction';

/** What people are told when the platform does not take their token, whichever of its answers said so. */
export const TOKEN_REFUSALS = {
  AUTH_INVALID: 'The platform does not accept the user token, reload the page to sign in again',
  AUTH_EXPIRED: 'The user token has expired, reload the page',
} as const;

/** The platform names its request at the end of what it says, e.g. `[ReqId: 3f...]`: that is for the log. */
const REQUEST_NAME = /\s*\[(?:ReqId|Request ?Id)[^\]]*\]/gi;

/** What the platform said, fit for people. About their token they are told what the guard would say when it asks for the identity again. */
export function sayingOf(error: PlatformError): string {
  if (error.actingAs !== 'app' && error.kind === 'token_expired') return TOKEN_REFUSALS.AUTH_EXPIRED;
  if (error.actingAs !== 'app' && error.kind === 'unauthenticated') return TOKEN_REFUSALS.AUTH_INVALID;
  return redactText(error.message.replace(REQUEST_NAME, ''));
}
