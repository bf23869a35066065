import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import type { LocalWorkspaceEndpoints } from '../standalone/package';
import type { AppUrls } from '../workplace';

/** What `endpoints.json` says, so that scripts and tests find everything. It holds secrets: its file is its owner's alone. */
export interface Endpoints extends Omit<LocalWorkspaceEndpoints, 'postgres'> {
  readonly app: string;
  readonly api: string;
  /** Every process of the API; the first is `api`. */
  readonly replicas: readonly string[];
  readonly postgres: Omit<LocalWorkspaceEndpoints['postgres'], 'ca_file'>;
}

export function describeEndpoints(
  parts: AppUrls & { workspace: LocalWorkspace; databasePort: number; database: string },
): Endpoints {
  const { clientId, clientSecret } = parts.workspace.servicePrincipal;
  const { s3 } = parts.workspace;
  const personas = Object.entries(parts.workspace.personas).map(([name, { userName, token }]) => [
    name,
    { user_name: userName, token },
  ]);
  return {
    app: parts.appUrl,
    api: parts.apiUrls[0],
    replicas: parts.apiUrls,
    workspace: parts.workspace.url,
    postgres: { host: 'localhost', port: parts.databasePort, database: parts.database },
    s3: {
      endpoint: s3.url,
      region: s3.region,
      access_key_id: s3.rootKeys.accessKeyId,
      secret_access_key: s3.rootKeys.secretAccessKey,
    },
    warehouse_id: parts.workspace.warehouseId,
    service_principal: { client_id: clientId, client_secret: clientSecret },
    personas: Object.fromEntries(personas) as Endpoints['personas'],
  };
}
