export { AuthModule } from './auth.module';
export { IdentityGuard } from './identity.guard';
