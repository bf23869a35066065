import { AuthConfig } from '@lakescope/server-config';
import type { UserCaller } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { AdminCheckFailed, IdentityRateLimited, TokenExpired, TokenInvalid, UserDeactivated } from '../auth.errors';
import { GroupNames } from './group-names';
import { WhoAmI } from '../identity/who-am-i';

const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 10_000;

interface Answer {
  isAdmin: boolean;
  /** On the monotonic clock. */
  until: number;
}

/**
 * Who administers the app: members of one of ADMIN_GROUPS, by the groups the platform names when it is asked afresh. Yes and no are
 * remembered for five minutes per user; an answer that cannot be had is neither, and is not remembered.
 */
@Injectable()
export class Administrators {
  /** As the configuration spells them. */
  readonly groups: readonly string[];
  private readonly names: GroupNames;
  private readonly answers = new Map<string, Answer>();
  /** By token: that somebody's first token is refused says nothing about the second. */
  private readonly asking = new Map<string, Promise<boolean>>();

  private readonly judged = new WeakMap<readonly string[], boolean>();

  constructor(
    @Inject(WhoAmI) private readonly whoAmI: WhoAmI,
    @Inject(AuthConfig) { adminGroups }: AuthConfig,
  ) {
    this.groups = adminGroups;
    this.names = new GroupNames(adminGroups);
  }

  /** Whether one of these is an administrators' group: for showing. What may be done is decided by `include`. */
  isAmong(groups: readonly string[]): boolean {
    // A remembered identity brings the very same list each time.
    const known = this.judged.get(groups);
    if (known !== undefined) return known;
    const isAmong = groups.some((group) => this.names.include(group));
    this.judged.set(groups, isAmong);
    return isAmong;
  }

  /** Throws AdminCheckFailed when the platform does not tell, and refusals of the token as they are. */
  async include(caller: UserCaller): Promise<boolean> {
    return this.remembered(caller.userId) ?? (await this.askOnce(caller));
  }

  private remembered(userId: string): boolean | undefined {
    const known = this.answers.get(userId);
    if (known === undefined) return undefined;
    if (performance.now() < known.until) return known.isAdmin;
    this.answers.delete(userId);
    return undefined;
  }

  private askOnce(caller: UserCaller): Promise<boolean> {
    const token = caller.token.reveal();
    const underway = this.asking.get(token);
    if (underway !== undefined) return underway;
    const answer = this.ask(caller).finally(() => this.asking.delete(token));
    this.asking.set(token, answer);
    return answer;
  }

  private async ask(caller: UserCaller): Promise<boolean> {
    const askedAt = performance.now();
    const { userId, groups } = await this.whoAmI.ask(caller.token).catch((error: unknown) => {
      throw isRefusalOfToken(error) ? error : new AdminCheckFailed(retryAfterOf(error), error);
    });
    if (userId !== caller.userId) throw new AdminCheckFailed(undefined, new Error('The answer is about somebody else'));
    const isAdmin = this.isAmong(groups);
    const oldest = this.answers.keys().next();
    if (this.answers.size >= MOST_REMEMBERED && oldest.done !== true) this.answers.delete(oldest.value);
    this.answers.set(userId, { isAdmin, until: askedAt + REMEMBERED_MS });
    return isAdmin;
  }
}

function isRefusalOfToken(error: unknown): boolean {
  return error instanceof TokenInvalid || error instanceof TokenExpired || error instanceof UserDeactivated;
}

function retryAfterOf(error: unknown): number | undefined {
  return error instanceof IdentityRateLimited ? error.retryAfterSeconds : undefined;
}
