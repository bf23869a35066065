import { DatabricksConfig } from '@lakescope/server-config';
import { ADMIN_ROUTE, OWN_APP_ROUTE, RouteMark, type UserCaller } from '@lakescope/server-http';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Administrators } from './administrators';
import { AdminRequired, TokenMissing } from '../auth.errors';

/**
 * Lets only administrators into routes marked `@RequiresAdmin()`, and into those marked `@RequiresAdminOrOwnApp()` the app's service
 * principal besides. Runs after the identity guard, which has found the caller.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly isForAdmins: RouteMark;
  private readonly isForOwnApp: RouteMark;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(Administrators) private readonly administrators: Administrators,
    @Inject(DatabricksConfig) private readonly databricks: DatabricksConfig,
  ) {
    this.isForAdmins = new RouteMark(reflector, ADMIN_ROUTE);
    this.isForOwnApp = new RouteMark(reflector, OWN_APP_ROUTE);
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!this.isForAdmins.isOn(context)) return true;
    const request = context.getArgByIndex<FastifyRequest>(0);
    if (this.isForOwnApp.isOn(context) && this.isOwnApp(request.caller)) return true;
    return this.admit(request);
  }

  /** The platform names a service principal by its application id (SCIM `Me`, `userName`). */
  private isOwnApp(caller: UserCaller | undefined): boolean {
    const { clientId } = this.databricks;
    return clientId !== undefined && caller?.userId === clientId;
  }

  private async admit({ caller }: FastifyRequest): Promise<boolean> {
    // A route marked both public and for administrators has no caller; it stays closed.
    if (caller === undefined) throw new TokenMissing();
    if (await this.administrators.include(caller)) return true;
    throw new AdminRequired(this.administrators.groups);
  }
}
