export { LakebaseModule } from './lakebase.module';
export { PreferenceKeys } from './preference-keys';
export { Preferences } from './preferences';
export { UserPreference } from './user-preference.entity';
