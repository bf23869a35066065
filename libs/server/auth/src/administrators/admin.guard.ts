import { ADMIN_ROUTE, RouteMark } from '@lakescope/server-http';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Administrators } from './administrators';
import { AdminRequired, TokenMissing } from '../auth.errors';

/** Lets only administrators into routes marked `@RequiresAdmin()`. Runs after the identity guard, which has found the caller. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly isForAdmins: RouteMark;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(Administrators) private readonly administrators: Administrators,
  ) {
    this.isForAdmins = new RouteMark(reflector, ADMIN_ROUTE);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.isForAdmins.isOn(context) ? this.admit(context.getArgByIndex<FastifyRequest>(0)) : true;
  }

  private async admit({ caller }: FastifyRequest): Promise<boolean> {
    // A route marked both public and for administrators has no caller; it stays closed.
    if (caller === undefined) throw new TokenMissing();
    if (await this.administrators.include(caller)) return true;
    throw new AdminRequired(this.administrators.groups);
  }
}
