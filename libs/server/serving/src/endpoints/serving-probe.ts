import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { DependencyProbes, UserCaller, type DependencyProbe, type ProbeResult } from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Whether the caller reaches model serving: lists the endpoints with the caller's own token. */
@Injectable()
export class ServingProbe implements DependencyProbe, OnModuleInit {
  readonly name = 'serving';

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly probes: DependencyProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(caller: UserCaller, signal: AbortSignal): Promise<ProbeResult> {
    try {
      const retry = { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false };
      const endpoints = await this.databricks.asUser(caller).serving.listEndpoints({ signal, retry });
      const ready = endpoints.filter(({ state }) => state?.ready === 'READY').length;
      if (endpoints.length === 0) return { state: 'ok', detail: 'Model serving answers, but shows you no endpoint.' };
      return {
        state: 'ok',
        detail: `Model serving answers: ${ready} of ${endpoints.length} endpoints you see are ready.`,
      };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === 'scope_missing') {
        const scopes = (error.scopes ?? ['serving.serving-endpoints']).map((scope) => `"${scope}"`).join(', ');
        return {
          state: 'degraded',
          detail: 'The app was not granted the scope for model serving.',
          fix: `Add ${scopes} to user_api_scopes of the app, restart it and sign in again.`,
        };
      }
      return { state: 'down', detail: `Model serving does not answer as it should (${error.kind}).` };
    }
  }
}
