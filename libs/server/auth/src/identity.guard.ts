import { PUBLIC_ROUTE, RouteMark, UserCaller } from '@lakescope/server-http';
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
  ) {
    this.isPublic = new RouteMark(reflector, PUBLIC_ROUTE);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.isPublic.isOn(context)) return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    const caller = this.identities.callerOf(forwardedToken(request.raw));
    if (caller instanceof UserCaller) return admit(request, caller);
    return caller.then((found) => admit(request, found));
  }
}

function admit(request: FastifyRequest, caller: UserCaller): true {
  request.caller = caller;
  return true;
}
