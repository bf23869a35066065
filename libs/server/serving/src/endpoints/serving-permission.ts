import { DatabricksClients } from '@lakescope/databricks-client';
import {
  PermissionProbes,
  type PermissionFinding,
  type PermissionProbe,
  type UserCaller,
} from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';

const AT_ONCE = { retry: { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } };

/** Whether the caller may ask models: the platform lists the endpoints that the caller may see, and what the caller may do with each. */
@Injectable()
export class ServingPermission implements PermissionProbe, OnModuleInit {
  readonly feature = 'ask_models';
  readonly title = 'Ask models';
  readonly page = '/serving';
  readonly runsAs = 'user';
  readonly scopes = ['model-serving'];

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly probes: PermissionProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller, signal: AbortSignal): Promise<PermissionFinding> {
    const endpoints = await this.databricks.asUser(caller).serving.listEndpoints({ signal, ...AT_ONCE });
    const [first] = endpoints;
    // A workspace without endpoints looks the same as one that shows none, and having none is no refusal.
    if (first === undefined)
      return { state: 'unknown', reason: 'Model serving shows you no endpoint: there is none, or you may see none.' };
    if (endpoints.some(({ permission_level: level }) => level !== 'CAN_VIEW')) return { state: 'allowed' };
    return {
      state: 'denied',
      missingGrant: `CAN_QUERY on serving endpoint ${first.name}`,
      reason: `You may see ${endpoints.length === 1 ? 'one endpoint' : `${endpoints.length} endpoints`} and ask none. Whoever manages one can run the command.`,
      fix: permissionCommand(first.id ?? '<endpoint id>', caller.userId),
    };
  }
}

/** A command of the Databricks CLI, quoted for a POSIX shell, so that no name can say more than a name. */
function permissionCommand(endpointId: string, userName: string): string {
  const entry = { user_name: userName, permission_level: 'CAN_QUERY' };
  const json = JSON.stringify({ access_control_list: [entry] }).replaceAll("'", `'\\''`);
  return `databricks serving-endpoints update-permissions ${endpointId} --json '${json}'`;
}
