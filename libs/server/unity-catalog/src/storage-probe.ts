import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { DependencyProbes, UserCaller, type DependencyProbe, type ProbeResult } from '@lakescope/server-http';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Whether the caller reaches the lake: asks for one catalog with the caller's own token. */
@Injectable()
export class StorageProbe implements DependencyProbe, OnModuleInit {
  readonly name = 'storage';

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
      // Pages may come without items: only the end of the list says that there is none.
      for await (const catalog of this.databricks.asUser(caller).unityCatalog.listCatalogs({ signal, retry })) {
        return { state: 'ok', detail: `Unity Catalog answers and shows you catalogs such as ${catalog.name}.` };
      }
      return {
        state: 'degraded',
        detail: 'Unity Catalog answers, but shows you no catalog.',
        fix: 'Ask an administrator for USE CATALOG on a catalog.',
      };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === 'scope_missing') {
        const scopes = (error.scopes ?? ['unity-catalog']).map((scope) => `"${scope}"`).join(', ');
        return {
          state: 'degraded',
          detail: 'The app was not granted the scope for browsing catalogs.',
          fix: `Add ${scopes} to user_api_scopes of the app, restart it and sign in again.`,
        };
      }
      return { state: 'down', detail: `Unity Catalog does not answer as it should (${error.kind}).` };
    }
  }
}
