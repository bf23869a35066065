import type { Secret } from '@lakescope/databricks-client';
import { UserCaller, type UserIdentity } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { refuseUnlessTokenLike } from './forwarded-token';
import { claimsOf } from './token-claims';
import { TokenNames } from './token-names';
import { WhoAmI } from './who-am-i';

const CACHED_MS = 60_000;
const MOST_CACHED = 10_000;

interface Known {
  identity: UserIdentity;
  expiresAt: Date | undefined;
  /** On the monotonic clock, so that a clock that is set right meanwhile makes nothing last longer. */
  until: number;
}

/**
 * Who a token belongs to, asked of the platform and remembered for at most a minute. Only the identity is kept, under an HMAC of the
 * token with a key of this process; the token itself is not. Refusals are not remembered: one person's bad token costs nobody else.
 */
@Injectable()
export class Identities {
  private readonly names = new TokenNames();
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, Promise<Known>>();

  constructor(@Inject(WhoAmI) private readonly whoAmI: WhoAmI) {}

  /** How many identities are held in memory. */
  get size(): number {
    return this.known.size;
  }

  /** `beforeAsking` is called when nobody has asked the platform about this token yet, and may refuse that by throwing. */
  async callerOf(token: Secret, beforeAsking?: () => void): Promise<UserCaller> {
    const name = this.names.of(token);
    const known = this.remembered(name);
    if (known !== undefined) return callerWith(token, known);
    refuseUnlessTokenLike(token);
    return callerWith(token, await this.askOnce(name, token, beforeAsking));
  }

  /**
   * Whose token this is, if that was asked before: at once, because a promise would cost more than looking it up. Only what looks like a
   * token is ever remembered, so it needs no second look.
   */
  knownCaller(token: Secret): UserCaller | undefined {
    const known = this.remembered(this.names.of(token));
    return known === undefined ? undefined : callerWith(token, known);
  }

  private remembered(name: string): Known | undefined {
    const known = this.known.get(name);
    if (known === undefined) return undefined;
    if (performance.now() < known.until) return known;
    this.known.delete(name);
    return undefined;
  }

  private askOnce(name: string, token: Secret, beforeAsking?: () => void): Promise<Known> {
    const underway = this.asking.get(name);
    if (underway !== undefined) return underway;
    beforeAsking?.();
    const asked = this.whoAmI
      .ask(token)
      .then((identity) => this.remember(name, identity, claimsOf(token).expiresAt))
      .finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  /** A token that has expired by the clock of this machine is not remembered, but not refused either: the platform's clock decides. */
  private remember(name: string, identity: UserIdentity, expiresAt: Date | undefined): Known {
    const validMs = expiresAt === undefined ? Infinity : expiresAt.getTime() - Date.now();
    const known = { identity, expiresAt, until: performance.now() + Math.min(CACHED_MS, validMs) };
    if (validMs <= 0) return known;
    this.makeRoom();
    this.known.set(name, known);
    return known;
  }

  /** In the order they were asked in, in which nearly all of them end: what is over is in front, and so is what has to give way. */
  private makeRoom(): void {
    const now = performance.now();
    for (const [name, { until }] of this.known) {
      if (now < until && this.known.size < MOST_CACHED) return;
      this.known.delete(name);
    }
  }
}

function callerWith(token: Secret, { identity, expiresAt }: Known): UserCaller {
  return new UserCaller(identity, token, expiresAt);
}
