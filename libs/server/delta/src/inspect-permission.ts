import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import {
  grantLine,
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/**
 * Whether the caller may look into tables: tables are files, so a byte of one is asked for in a volume the caller may browse. That the
 * file is not there is an answer, too: the platform looks at rights first.
 */
@Injectable()
export class InspectPermission implements PermissionProbe, OnModuleInit {
  readonly feature = 'inspect_tables';
  readonly title = 'Inspect Delta tables';
  readonly page = '/delta';
  readonly runsAs = 'user';
  readonly scopes = ['files'];
  readonly needs = 'browse_files';

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly probes: PermissionProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller, signal: AbortSignal, [volume = '']: readonly string[]): Promise<PermissionFinding> {
    const { files } = this.databricks.asUser(caller);
    try {
      await files.readBytes(`${volume}/_delta_log/_last_checkpoint`, { range: { offset: 0, length: 1 }, signal });
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === 'permission_denied') return unreadable(caller, volume);
      if (error.kind !== 'not_found') throw error;
    }
    return { state: 'allowed' };
  }
}

function unreadable(caller: UserCaller, volume: string): PermissionFinding {
  const name = volume.split('/').slice(2);
  return {
    state: 'denied',
    missingGrant: `READ VOLUME on volume ${name.join('.')}`,
    reason: `You may not read files of the volume ${name.join('.')}.`,
    fix: grantLine('READ VOLUME', 'VOLUME', name, caller.userId),
  };
}
