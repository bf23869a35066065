export { AdminGuard } from './admin.guard';
export { Administrators } from './administrators';
export {
  AS_WHOM,
  BEFORE_EVERY_OPERATION,
  BY_ITSELF,
  type AsWhom,
  type DatabaseUse,
  type PlatformCall,
} from './as-whom';
export { AuthModule } from './auth.module';
export { Identities } from './identities';
export { IdentityGuard } from './identity.guard';
export { WhoAmI } from './who-am-i';
