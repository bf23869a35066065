import { RateLimitGuard } from '@lakescope/server-http';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdminGuard } from './administrators/admin.guard';
import { Administrators } from './administrators/administrators';
import { Identities } from './identity/identities';
import { IdentityGuard } from './identity/identity.guard';
import { IdentityProbe } from './identity/identity.probe';
import { OwnPermissions } from './permissions/own-permissions';
import { PermissionMicroscope } from './permissions/permission-microscope';
import { PermissionsController } from './permissions/permissions.controller';
import { ScopePreflight } from './scopes/scope-preflight';
import { ScopesController } from './scopes/scopes.controller';
import { UserController } from './user.controller';
import { WhoAmI } from './identity/who-am-i';

@Module({
  controllers: [UserController, PermissionsController, ScopesController],
  providers: [
    Administrators,
    Identities,
    IdentityProbe,
    OwnPermissions,
    PermissionMicroscope,
    ScopePreflight,
    WhoAmI,
    // In this order: those that follow ask about the caller whom the first has found.
    { provide: APP_GUARD, useClass: IdentityGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: AdminGuard },
  ],
  exports: [Administrators],
})
export class AuthModule {}
