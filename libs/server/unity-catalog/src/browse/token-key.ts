import { createHmac, randomBytes } from 'node:crypto';
import type { UserCaller } from '@lakescope/server-http';

/** Without it, nobody can tell from a copy of the memory of one process whose token a key stands for. */
const KEY = randomBytes(32);

/** What is remembered for a caller is remembered for this very token: another one, even of the same person, may be allowed less. */
export function tokenKey(caller: UserCaller): string {
  return createHmac('sha256', KEY).update(caller.token.reveal()).digest('base64url');
}
