import { DatabricksClients } from '@lakescope/databricks-client';
import { DependencyProbes, type DependencyProbe, type ProbeResult, type UserCaller } from '@lakescope/server-http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';

/** Whether the workspace still knows the caller: asked afresh, past the cache. */
@Injectable()
export class IdentityProbe implements DependencyProbe, OnModuleInit {
  readonly name = 'identity';

  constructor(
    @Inject(DatabricksClients) private readonly databricks: DatabricksClients,
    @Inject(DependencyProbes) private readonly probes: DependencyProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller, signal: AbortSignal): Promise<ProbeResult> {
    const me = await this.databricks.asUser(caller).currentUser.me({ signal });
    return { state: 'ok', detail: `Signed in as ${me.userName ?? caller.userId}` };
  }
}
