import type { DatabricksClients } from '@lakescope/databricks-client';
import type { AppConfig } from '@lakescope/server-config';
import type { LakebaseCredentials, SealRenewal } from '@lakescope/server-persistence';
import { appChecks } from './app-checks';
import { adviceFor, type Place } from './advice';
import type { Check } from './examination';
import { jobsChecks } from './jobs-checks';
import { lakebaseChecks } from './lakebase-checks';
import { metricsChecks } from './metrics-checks';
import { postgresChecks } from './postgres-checks';
import { runtimeChecks } from './runtime-checks';
import { workspaceChecks, type WorkspaceSubject } from './workspace-checks';

/** What is to be examined: an environment that has been read, and the means to try it out. */
export interface SetUp {
  readonly config: Pick<AppConfig, 'databricks' | 'lakebase' | 'secrets' | 'auth' | 'warnings'>;
  readonly clients: DatabricksClients;
  readonly credentials: LakebaseCredentials;
  readonly credential: WorkspaceSubject['credential'];
  /** Names of the migrations this release knows, oldest first. */
  readonly migrations: readonly string[];
  readonly nodeVersion: string;
  /** Scopes of a user's token that the features need. */
  readonly neededScopes: readonly string[];
  readonly place: Place;
  /** Of the running app: what is kept sealed, and with which secret. */
  readonly seals?: Pick<SealRenewal, 'count'>;
  /** Name of the secret scope that the bundle reads the app's secret from. */
  readonly secretScope: string;
  /** File with the settings of a laptop, as its messages name it. */
  readonly settings?: string;
}

/** Every question about a set-up, in the order in which answers help. The same for the app itself and for the command line. */
export function checksOf(setUp: SetUp): Check[] {
  const { config, clients, credentials, credential, migrations, nodeVersion, neededScopes, place } = setUp;
  const { secretScope, settings, seals } = setUp;
  const advice = adviceFor(place, {
    secretScope,
    appName: config.databricks.appName,
    ...(settings === undefined ? {} : { settings }),
  });
  return [
    ...runtimeChecks({ nodeVersion, ignored: config.warnings, advice }),
    ...workspaceChecks({ host: config.databricks.host, clients, credential, advice }),
    ...lakebaseChecks({ config: config.lakebase, clients, credentials, advice }),
    ...postgresChecks({ config: config.lakebase, credentials, migrations, advice }),
    ...metricsChecks({ config: config.lakebase, credentials, hasOwnSecret: config.secrets.hasOwnSecret, advice }),
    ...jobsChecks({ config: config.lakebase, credentials, place, advice }),
    ...appChecks({
      clients,
      hasOwnSecret: config.secrets.hasOwnSecret,
      ...(seals === undefined ? {} : { seals }),
      adminGroups: config.auth.adminGroups,
      appName: config.databricks.appName,
      neededScopes,
      advice,
    }),
  ];
}
