import { inheritedEnvironment } from '../inherited-environment';
import type { IssuedKeys, LakebaseGateway, LocalCa, LocalWorkspace } from '@lakescope/databricks-emulator';

export interface ApiSurroundings {
  readonly workspace: Pick<
    LocalWorkspace,
    'url' | 'workspaceId' | 'warehouseId' | 'servicePrincipal' | 'databaseInstance'
  > & {
    readonly s3: Pick<LocalWorkspace['s3'], 'url'>;
    readonly app: Pick<LocalWorkspace['app'], 'name'>;
  };
  readonly gateway: Pick<LakebaseGateway, 'port'>;
  readonly database: string;
  readonly ca: Pick<LocalCa, 'caFile'>;
  readonly appUrl: string;
  readonly apiPort: number;
  readonly secret: string;
  /** What the connection `default` opens; none without a demo lake. */
  readonly s3Keys?: Pick<IssuedKeys, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
}

interface LocalParts {
  readonly workspace: { readonly s3: Pick<LocalWorkspace['s3'], 'url'> };
  readonly ca: Pick<LocalCa, 'caFile'>;
}

/**
 * The API's whole environment: what Databricks Apps sets, by the same names, plus what only a local run needs. Nothing else
 * of the caller's comes along, so a developer's own DATABRICKS_*, PG* or AWS_* cannot change where the API goes.
 */
export function apiEnvironment(
  { workspace, gateway, database, ca, appUrl, apiPort, secret, s3Keys }: ApiSurroundings,
  inherited: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...inheritedEnvironment(inherited),
    DATABRICKS_HOST: workspace.url,
    DATABRICKS_CLIENT_ID: workspace.servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: workspace.servicePrincipal.clientSecret,
    DATABRICKS_APP_NAME: workspace.app.name,
    DATABRICKS_APP_PORT: String(apiPort),
    DATABRICKS_APP_URL: appUrl,
    DATABRICKS_WORKSPACE_ID: workspace.workspaceId,
    DATABRICKS_WAREHOUSE_ID: workspace.warehouseId,
    DATABRICKS_CATALOG: 'demo',
    DATABRICKS_SCHEMA: 'lake',
    PGHOST: '127.0.0.1',
    PGPORT: String(gateway.port),
    PGDATABASE: database,
    PGUSER: workspace.servicePrincipal.clientId,
    PGSSLMODE: 'require',
    PGAPPNAME: workspace.app.name,
    LAKEBASE_INSTANCE_NAME: workspace.databaseInstance.name,
    LAKESCOPE_SECRET: secret,
    ...localEnvironment({ workspace, ca }),
    ...(s3Keys !== undefined && {
      AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
      AWS_SESSION_TOKEN: s3Keys.sessionToken,
      LAKESCOPE_S3_DEFAULT_USERS: 'admins',
    }),
  };
}

/** What a local run adds to the platform's environment, for every app: the local authority and storage, and only loopback bound. */
export function localEnvironment({ workspace, ca }: LocalParts): Record<string, string> {
  return {
    NODE_EXTRA_CA_CERTS: ca.caFile,
    AWS_ENDPOINT_URL_S3: workspace.s3.url,
    LAKESCOPE_BIND_ADDRESS: '127.0.0.1',
  };
}
