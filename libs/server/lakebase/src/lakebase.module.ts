import { AuditModule } from '@lakescope/server-audit';
import { UserOwnedTables, type UserOwnedTable } from '@lakescope/server-persistence';
import { Module, type OnModuleInit } from '@nestjs/common';
import { LakebaseController } from './lakebase.controller';
import { LakebaseHealth } from './lakebase-health';
import { LakebaseProbe } from './lakebase-probe';
import { PreferenceKeys } from './preference-keys';
import { PreferencePermission } from './preference-permission';
import { Preferences } from './preferences';
import { LakebasePreferencesController, PreferencesController } from './preferences.controller';

const USER_PREFERENCES: UserOwnedTable = {
  name: 'user_preferences',
  userColumn: 'user_id',
  activityColumn: 'last_used_at',
  exportColumns: ['preference_key', 'preference_value', 'version', 'created_at', 'updated_at', 'last_used_at'],
  onErase: 'delete',
};

@Module({
  imports: [AuditModule],
  controllers: [LakebaseController, LakebasePreferencesController, PreferencesController],
  providers: [LakebaseHealth, LakebaseProbe, PreferenceKeys, PreferencePermission, Preferences],
  exports: [PreferenceKeys, Preferences],
})
export class LakebaseModule implements OnModuleInit {
  constructor(private readonly tables: UserOwnedTables) {}

  onModuleInit(): void {
    this.tables.register(USER_PREFERENCES);
  }
}
