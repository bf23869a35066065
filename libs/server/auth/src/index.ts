export { AdminGuard } from './administrators/admin.guard';
export { Administrators } from './administrators/administrators';
export {
  AS_WHOM,
  BEFORE_EVERY_OPERATION,
  BY_ITSELF,
  type AsWhom,
  type DatabaseUse,
  type PlatformCall,
} from './as-whom';
export { AuthModule } from './auth.module';
export { Identities } from './identity/identities';
export { IdentityGuard } from './identity/identity.guard';
export { WhoAmI } from './identity/who-am-i';
