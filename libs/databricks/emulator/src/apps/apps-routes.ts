import type { DatabricksApp, ListAppsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { pageLimit } from '../http/query';
import { ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import { ALWAYS_GRANTED_SCOPES } from '../identity/scopes';
import type { AccessControl } from '../object-permissions/access-control';
import { SERVICE_PRINCIPAL_NAME } from '../state/directory-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { RegisteredApp } from './registered-app';

const ROOT = '/api/2.0/apps';
const PAGE = { usual: 20, maximum: 100 };

interface ByName {
  Params: { name: string };
}

/** The read side of the Apps API: the one app, as it would be seen running. */
export function appsRoutes(
  server: FastifyInstance,
  access: Access,
  app: RegisteredApp,
  workspace: Pick<WorkspaceDocument, 'createdAt' | 'servicePrincipal'> & { owner: string },
  accessControl: AccessControl,
): void {
  const address = { type: 'apps', id: app.name };
  // The app knows itself, whoever else may use it.
  const sees = (caller: Principal): boolean =>
    caller.name === workspace.servicePrincipal.clientId || accessControl.may(caller, address, 'CAN_USE');
  const describe = (): DatabricksApp => ({
    name: app.name,
    id: workspace.servicePrincipal.clientId,
    ...(app.url === undefined ? {} : { url: app.url }),
    description: 'Lakescope',
    creator: workspace.owner,
    create_time: new Date(workspace.createdAt).toISOString(),
    updater: workspace.owner,
    update_time: new Date(workspace.createdAt).toISOString(),
    compute_status: { state: 'ACTIVE', message: 'App compute is running.' },
    app_status: { state: 'RUNNING', message: 'App is running.' },
    service_principal_id: Number(workspace.servicePrincipal.id),
    service_principal_client_id: workspace.servicePrincipal.clientId,
    service_principal_name: SERVICE_PRINCIPAL_NAME,
    user_api_scopes: [...app.userApiScopes],
    effective_user_api_scopes: [...ALWAYS_GRANTED_SCOPES, ...app.effectiveUserApiScopes],
  });

  server.get(ROOT, async (request): Promise<ListAppsResponse> => {
    const caller = await access.caller(request, 'apps');
    pageLimit(request.query, 'page_size', PAGE);
    return sees(caller) ? { apps: [describe()] } : {};
  });

  server.get<ByName>(`${ROOT}/:name`, async (request) => {
    const caller = await access.caller(request, 'apps');
    const { name } = request.params;
    if (name !== app.name) {
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `App with name ${name.slice(0, 100)} does not exist.`);
    }
    if (!sees(caller)) accessControl.require(caller, address, 'CAN_USE');
    return describe();
  });
}
