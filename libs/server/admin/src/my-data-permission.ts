import {
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Whether the caller can export and erase own data. Everybody may; there is some only with a database. */
@Injectable()
export class MyDataPermission implements PermissionProbe, OnModuleInit {
  readonly feature = 'own_data';
  readonly title = 'Export and erase own data';
  readonly page = '/preferences';
  readonly runsAs = 'app';
  readonly scopes = [];

  constructor(
    private readonly database: Database,
    private readonly probes: PermissionProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller): Promise<PermissionFinding> {
    await this.database.asUser(caller, (tx) => tx.query('SELECT 1'));
    return { state: 'allowed' };
  }
}
