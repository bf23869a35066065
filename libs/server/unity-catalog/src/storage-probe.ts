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
      const page = await this.databricks.asUser(caller).unityCatalog.listCatalogsPage({ maxResults: 1, signal, retry });
      const empty = page.items.length === 0 && !page.nextPageToken;
      return empty
        ? {
            state: 'degraded',
            detail: 'Unity Catalog answers, but shows you no catalog.',
            fix: 'Ask an administrator for USE CATALOG on a catalog.',
          }
        : { state: 'ok', detail: 'Unity Catalog answers and shows you its catalogs.' };
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
