import type { Secret } from '@lakescope/databricks-client';
import { DomainError, PUBLIC_ROUTE, RateLimits, RouteMark, type UserCaller } from '@lakescope/server-http';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { forwardedToken } from './forwarded-token';
import { Identities } from './identities';

/** Closes every route that is not marked public to whoever has no identity on the platform. */
@Injectable()
export class IdentityGuard implements CanActivate {
  private readonly isPublic: RouteMark;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(Identities) private readonly identities: Identities,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {
    this.isPublic = new RouteMark(reflector, PUBLIC_ROUTE);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublic.isOn(context)) return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    let token: Secret;
    try {
      token = forwardedToken(request.raw);
    } catch (error) {
      this.limits.takeForStranger(request.ip);
      throw error;
    }
    const known = this.identities.knownCaller(token);
    return known === undefined ? this.ask(request, token) : admit(request, known);
  }

  /** A flood of tokens that nobody issued must not become a flood of questions to the platform. */
  private async ask(request: FastifyRequest, token: Secret): Promise<boolean> {
    let paid = false;
    const pay = (): void => {
      this.limits.takeForStranger(request.ip);
      paid = true;
    };
    try {
      const caller = await this.identities.callerOf(token, pay);
      // However many people sign in at once, none of them is a stranger.
      if (paid) this.limits.giveBackToStranger(request.ip);
      return admit(request, caller);
    } catch (error) {
      const isStranger = error instanceof DomainError && error.kind === 'unauthenticated';
      if (isStranger && !paid) pay();
      if (!isStranger && paid) this.limits.giveBackToStranger(request.ip);
      throw error;
    }
  }
}

function admit(request: FastifyRequest, caller: UserCaller): true {
  request.caller = caller;
  return true;
}
