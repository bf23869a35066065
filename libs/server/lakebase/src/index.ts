export { LakebaseModule } from './lakebase.module';
export { PreferenceKeys } from './preference-keys';
export { UserPreference } from './user-preference.entity';
