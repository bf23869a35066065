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
    try {
      const token = forwardedToken(request.raw);
      const known = this.identities.knownCaller(token);
      return known === undefined ? this.ask(request, token) : admit(request, known);
    } catch (error) {
      throw this.counted(request, error);
    }
  }

  private async ask(request: FastifyRequest, token: Secret): Promise<boolean> {
    // A flood of tokens that nobody issued must not become a flood of questions to the platform.
    this.limits.checkStranger(request.ip);
    try {
      return admit(request, await this.identities.callerOf(token));
    } catch (error) {
      throw this.counted(request, error);
    }
  }

  /** Only refusals count: however many people sign in at once, none of them is a stranger. */
  private counted(request: FastifyRequest, error: unknown): unknown {
    if (error instanceof DomainError && error.kind === 'unauthenticated') this.limits.takeForStranger(request.ip);
    return error;
  }
}

function admit(request: FastifyRequest, caller: UserCaller): true {
  request.caller = caller;
  return true;
}
