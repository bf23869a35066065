import {
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Preferences } from './preferences';

/** Whether the caller's preferences can be kept. Everybody may have some; they need a database. */
@Injectable()
export class PreferencePermission implements PermissionProbe, OnModuleInit {
  readonly feature = 'store_preferences';
  readonly title = 'Store preferences';
  readonly page = '/preferences';
  readonly runsAs = 'app';
  readonly scopes = [];

  constructor(
    private readonly preferences: Preferences,
    private readonly probes: PermissionProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller): Promise<PermissionFinding> {
    await this.preferences.list(caller, { limit: 1 });
    return { state: 'allowed' };
  }
}
