import { Module } from '@nestjs/common';
import { LakebaseController } from './lakebase.controller';
import { LakebaseHealth } from './lakebase-health';
import { LakebasePreferencesController } from './lakebase-preferences.controller';
import { LakebaseProbe } from './lakebase-probe';
import { PreferenceKeys } from './preference-keys';
import { Preferences } from './preferences';
import { PreferencesController } from './preferences.controller';

@Module({
  controllers: [LakebaseController, LakebasePreferencesController, PreferencesController],
  providers: [LakebaseHealth, LakebaseProbe, PreferenceKeys, Preferences],
  exports: [PreferenceKeys],
})
export class LakebaseModule {}
