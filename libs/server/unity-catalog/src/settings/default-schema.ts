import { SCHEMA_NAME, UnityCatalogConfig } from '@lakescope/server-config';
import { UserCaller } from '@lakescope/server-http';
import { PreferenceKeys, Preferences } from '@lakescope/server-lakebase';
import { DatabaseUnavailable, LakebaseNotConfigured } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SchemaName } from './schema-name';
import { NoDefaultSchema } from './settings.errors';

const KEY = 'uc_schema';

export type SettingSource = 'preference' | 'environment';
export type StoredSetting = 'found' | 'absent' | 'not_configured' | 'unavailable';

export interface SchemaSetting {
  readonly name: SchemaName | undefined;
  readonly source: SettingSource | undefined;
  readonly preference: StoredSetting;
}

/** Where in Unity Catalog the documents of a person are kept: what they chose, else what the app was set up with. */
@Injectable()
export class DefaultSchema implements OnModuleInit {
  private readonly logger = new Logger('DefaultSchema');

  constructor(
    private readonly preferences: Preferences,
    private readonly keys: PreferenceKeys,
    private readonly config: UnityCatalogConfig,
  ) {}

  onModuleInit(): void {
    this.keys.register(KEY, { type: 'string', maxLength: 511, pattern: SCHEMA_NAME.source });
  }

  /** Answers also while no database can: it then says that the person's own choice is not known. */
  async read(caller: UserCaller): Promise<SchemaSetting> {
    try {
      return await this.settingOf(caller);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      this.logger.warn(`The chosen schema of a user could not be read: ${error.reason}`);
      return this.fromEnvironment('unavailable');
    }
  }

  async choose(caller: UserCaller, text: string): Promise<SchemaSetting> {
    const { preference_value: stored } = await this.preferences.put(caller, {
      preference_key: KEY,
      preference_value: text,
    });
    return { name: SchemaName.parse(String(stored)), source: 'preference', preference: 'found' };
  }

  /**
   * The schema to work in. Unlike `read`, it fails while a database that is configured cannot be asked: documents must not land in
   * another schema than the one that was chosen.
   */
  async of(caller: UserCaller): Promise<SchemaName> {
    const { name } = await this.settingOf(caller);
    if (name === undefined) throw new NoDefaultSchema();
    return name;
  }

  private async settingOf(caller: UserCaller): Promise<SchemaSetting> {
    try {
      const { items } = await this.preferences.list(caller, { preference_key: KEY, limit: 1 });
      const chosen = items[0]?.preference_value;
      // What no longer fits the key is shown as null, and counts as not chosen.
      const name = typeof chosen === 'string' ? SchemaName.parse(chosen) : undefined;
      return name === undefined ? this.fromEnvironment('absent') : { name, source: 'preference', preference: 'found' };
    } catch (error) {
      if (!(error instanceof LakebaseNotConfigured)) throw error;
      return this.fromEnvironment('not_configured');
    }
  }

  private fromEnvironment(preference: StoredSetting): SchemaSetting {
    const { defaultSchema } = this.config;
    const name = defaultSchema === undefined ? undefined : SchemaName.parse(defaultSchema);
    return { name, source: name === undefined ? undefined : 'environment', preference };
  }
}
