import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from './rate-limits';
import { RouteMark } from './route-mark';

const UNLIMITED = 'lakescope:without-rate-limit';

/** For what the platform itself asks all the time: whether the server is alive and ready. */
export const WithoutRateLimit = (): CustomDecorator => SetMetadata(UNLIMITED, true);

/** Counts requests by person. Runs after the identity guard, so that nobody can ask in the name of somebody else. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly unlimited: RouteMark;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {
    this.unlimited = new RouteMark(reflector, UNLIMITED);
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.getArgByIndex<FastifyRequest>(0);
    if (request.caller !== undefined) this.limits.takeForUser(request.caller.userId);
    else if (!this.unlimited.isOn(context)) this.limits.takeForStranger(request.ip);
    return true;
  }
}
