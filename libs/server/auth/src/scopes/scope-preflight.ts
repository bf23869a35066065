import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { DatabricksConfig } from '@lakescope/server-config';
import { PermissionProbes, scopeLine, type UserCaller } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { claimsOf } from '../identity/token-claims';

export type ScopeState = 'granted' | 'missing' | 'unknown';

export interface ScopeCheck {
  scope: string;
  features: readonly string[];
  me: ScopeState;
  app: ScopeState;
  fix: string | undefined;
}

export interface Preflight {
  checks: readonly ScopeCheck[];
  source: 'apps_api' | 'unknown';
  at: Date;
}

/** Opens everything; a token of the CLI has it, one that an app forwards does not. */
const EVERYTHING = 'all-apis';

/** Older names that the platform still honours. */
const ALSO_NAMED: Readonly<Record<string, readonly string[]>> = {
  files: ['files.files'],
  'model-serving': ['serving.serving-endpoints'],
};

/** Compares the scopes that the features need with those the app has been granted, and with those in the caller's own token. */
@Injectable()
export class ScopePreflight {
  constructor(
    @Inject(DatabricksClients) private readonly databricks: DatabricksClients,
    @Inject(DatabricksConfig) private readonly config: DatabricksConfig,
    @Inject(PermissionProbes) private readonly probes: PermissionProbes,
  ) {}

  async run(caller: UserCaller, signal: AbortSignal): Promise<Preflight> {
    const at = new Date();
    const ofApp = await this.scopesOfApp(signal);
    const ofMe = claimsOf(caller.token).scopes;
    const checks = [...this.featuresByScope()].map(([scope, features]) => {
      const app = stateOf(scope, ofApp);
      // A token that names no scopes is opaque, or not one of OAuth: it says nothing.
      const me = stateOf(scope, ofMe.length === 0 ? undefined : ofMe);
      return { scope, features, me, app, fix: fixOf(scope, me, app) };
    });
    return { checks, source: ofApp === undefined ? 'unknown' : 'apps_api', at };
  }

  private featuresByScope(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { scopes, title } of this.probes.all()) {
      for (const scope of scopes) found.set(scope, [...(found.get(scope) ?? []), title]);
    }
    return new Map([...found].sort(([one], [other]) => one.localeCompare(other)));
  }

  /** Undefined when the platform does not tell: the app's service principal may lack the right to see its own app. */
  private async scopesOfApp(signal: AbortSignal): Promise<readonly string[] | undefined> {
    try {
      const app = await this.databricks.asApp().apps.get(this.config.appName, { signal });
      return app.effective_user_api_scopes ?? app.user_api_scopes;
    } catch (error) {
      if (error instanceof PlatformError && error.kind !== 'aborted') return undefined;
      throw error;
    }
  }
}

function stateOf(scope: string, granted: readonly string[] | undefined): ScopeState {
  if (granted === undefined) return 'unknown';
  const names = [EVERYTHING, scope, ...(ALSO_NAMED[scope] ?? [])];
  return names.some((name) => granted.includes(name)) ? 'granted' : 'missing';
}

function fixOf(scope: string, me: ScopeState, app: ScopeState): string | undefined {
  if (app === 'missing') return scopeLine(scope);
  if (me !== 'missing') return undefined;
  return app === 'granted' ? 'Sign out and in again: your consent is older than the scope' : scopeLine(scope);
}
