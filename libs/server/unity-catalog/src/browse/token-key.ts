import { createHash } from 'node:crypto';
import type { UserCaller } from '@lakescope/server-http';

/** What is remembered for a caller is remembered for this very token: another one, even of the same person, may be allowed less. */
export function tokenKey(caller: UserCaller): string {
  return createHash('sha256').update(caller.token.reveal()).digest('base64url');
}
