import { join } from 'node:path';
import type { DatabricksApp } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import type { AppLogs } from '../app-logs/app-log';
import type { Access } from '../identity/access';
import type { Directory } from '../identity/directory';
import { ALWAYS_GRANTED_SCOPES } from '../identity/scopes';
import { SERVICE_PRINCIPAL_NAME } from '../state/directory-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { WorkspaceFiles } from '../workspace-files/workspace-files';
import { APP_LIMITS, type AppLimits } from './app-limits';
import { AppRegistry } from './app-registry';
import { openAppsDocument } from './apps-document';
import { appsRoutes } from './apps-routes';
import type { LocalApp } from './registered-app';
import { ResourceGrants, type GrantPlaces } from './resource-grants';
import { ResourceValues, type ResourcePlaces } from './resource-values';
import { AppEnvironments, type AppSurroundings } from './runtime/app-environment';
import { AppHost } from './runtime/app-host';
import { AppSource } from './runtime/app-source';
import { Deployer } from './runtime/deployer';

export interface AppsParts {
  readonly stateDirectory: string;
  readonly access: Access;
  readonly directory: Directory;
  readonly files: WorkspaceFiles;
  readonly places: ResourcePlaces & GrantPlaces;
  /** The app of `npm start`. */
  readonly registered: LocalApp;
  readonly workspace: Pick<WorkspaceDocument, 'workspaceId' | 'createdAt' | 'servicePrincipal'>;
  /** Who has that one. */
  readonly owner: string;
  /** Where the workspace listens. */
  readonly url: () => string;
  readonly logs: AppLogs;
  readonly limits: Partial<AppLimits> | undefined;
  readonly computeMilliseconds: number;
  /** Of this process. */
  readonly machine: Readonly<NodeJS.ProcessEnv>;
}

/** Databricks Apps on this machine: the app of `npm start`, and those that are made and deployed over the API. */
export class Apps {
  private constructor(
    readonly registry: AppRegistry,
    readonly host: AppHost,
    private readonly kept: { settle(): Promise<void> },
    private readonly surround: (surroundings: AppSurroundings) => void,
  ) {}

  static async open(parts: AppsParts): Promise<Apps> {
    const { stateDirectory, directory, places, registered, owner, workspace, machine } = parts;
    const limits = { ...APP_LIMITS, ...parts.limits };
    const document = await openAppsDocument(stateDirectory);
    const { accessControl } = places;
    const registry = new AppRegistry({ document, directory, accessControl, registered, owner, limits });
    let surroundings: AppSurroundings = {};
    const environments = new AppEnvironments({
      ...{ values: new ResourceValues(places), workspaceId: workspace.workspaceId, url: parts.url, machine },
      surroundings: () => surroundings,
    });
    const source = new AppSource(parts.files, limits.largestFileBytes);
    const { logs } = parts;
    const host = new AppHost({
      ...{ registry, logs, limits },
      deployer: new Deployer({ registry, directory, source, environments, limits, machine }),
      folder: join(stateDirectory, 'apps'),
      computeMilliseconds: parts.computeMilliseconds,
    });
    return new Apps(registry, host, document, (given) => (surroundings = given));
  }

  routes(server: FastifyInstance, parts: AppsParts): void {
    const { access, places } = parts;
    const { clientId } = parts.workspace.servicePrincipal;
    const registered = { name: parts.registered.name, clientId, describe: () => describeRegistered(parts) };
    const grants = new ResourceGrants(places);
    appsRoutes(server, {
      ...{ access, accessControl: places.accessControl, registered, registry: this.registry, host: this.host, grants },
    });
  }

  /** From now on apps get these surroundings; starts what ran when the workspace last ended. */
  start(surroundings: AppSurroundings): void {
    this.surround(surroundings);
    this.host.resume();
  }

  settle(): Promise<void> {
    return this.kept.settle();
  }
}

/** The app of `npm start`, as it would be seen running. */
function describeRegistered({ registered, workspace, owner }: AppsParts): DatabricksApp {
  const { servicePrincipal, createdAt } = workspace;
  return {
    name: registered.name,
    id: servicePrincipal.clientId,
    ...(registered.url === undefined ? {} : { url: registered.url }),
    description: 'Lakescope',
    creator: owner,
    create_time: new Date(createdAt).toISOString(),
    updater: owner,
    update_time: new Date(createdAt).toISOString(),
    compute_status: { state: 'ACTIVE', message: 'App compute is running.' },
    app_status: { state: 'RUNNING', message: 'App is running.' },
    service_principal_id: Number(servicePrincipal.id),
    service_principal_client_id: servicePrincipal.clientId,
    service_principal_name: SERVICE_PRINCIPAL_NAME,
    user_api_scopes: [...registered.userApiScopes],
    effective_user_api_scopes: [...ALWAYS_GRANTED_SCOPES, ...registered.effectiveUserApiScopes],
  };
}
