import type { UserCaller } from '@lakescope/server-http';
import { tokenKey } from './token-key';

/** What the platform said of a token is taken for so long. */
const REMEMBERED_MS = 60_000;
/** Tokens that are remembered; some bytes each. */
const TOKENS = 10_000;

/** Which tokens the platform has refused for lack of a scope, so that each question is not refused first. */
export class ScopeMemory {
  private readonly until = new Map<string, number>();

  isRefused(caller: UserCaller): boolean {
    const until = this.until.get(tokenKey(caller));
    return until !== undefined && performance.now() < until;
  }

  refused(caller: UserCaller): void {
    const now = performance.now();
    if (this.until.size >= TOKENS) {
      for (const [key, until] of this.until) if (until <= now) this.until.delete(key);
      if (this.until.size >= TOKENS) this.until.clear();
    }
    this.until.set(tokenKey(caller), now + REMEMBERED_MS);
  }

  forget(caller: UserCaller): void {
    this.until.delete(tokenKey(caller));
  }
}
