import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Secret } from '@lakescope/databricks-client';
import type { FastifyRequest } from 'fastify';

export interface UserIdentity {
  userId: string;
  displayName: string;
  active: boolean;
  emails: readonly string[];
  groups: readonly string[];
}

/** A person or service principal who acts with a token of their own. */
export class UserCaller {
  readonly kind = 'user';
  readonly userId: string;
  readonly displayName: string;
  readonly active: boolean;
  readonly emails: readonly string[];
  readonly groups: readonly string[];

  constructor(
    identity: UserIdentity,
    readonly token: Secret,
    readonly tokenExpiresAt?: Date,
  ) {
    this.userId = identity.userId;
    this.displayName = identity.displayName;
    this.active = identity.active;
    this.emails = identity.emails;
    this.groups = identity.groups;
  }
}

/** The app acting on its own account, e.g. a schedule. It has no token, so nothing can be asked in a person's name. */
export class SystemCaller {
  readonly kind = 'system';

  constructor(readonly name: string) {}
}

export type Caller = UserCaller | SystemCaller;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the identity guard; absent on public routes. */
    caller?: UserCaller;
  }
}

/** The person the guard has let in. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): UserCaller => {
  // Not `switchToHttp`, which makes three closures each time.
  const { caller } = context.getArgByIndex<FastifyRequest>(0);
  if (caller === undefined) throw new Error('A public route asked for the caller');
  return caller;
});
