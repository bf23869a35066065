import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Identities } from './identities';
import { IdentityGuard } from './identity.guard';
import { IdentityProbe } from './identity.probe';
import { UserController } from './user.controller';

@Module({
  controllers: [UserController],
  providers: [Identities, IdentityProbe, { provide: APP_GUARD, useClass: IdentityGuard }],
})
export class AuthModule {}
