export { AdminGuard } from './admin.guard';
export { Administrators } from './administrators';
export { AuthModule } from './auth.module';
export { Identities } from './identities';
export { IdentityGuard } from './identity.guard';
export { WhoAmI } from './who-am-i';
