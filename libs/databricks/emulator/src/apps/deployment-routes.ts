import type { AppDeployment, ListAppDeploymentsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { pageOfNewest } from '../http/newest-first';
import { pageLimit } from '../http/query';
import { ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { describeDeployment } from './app-description';
import { noSuchApp, type AppRegistry } from './app-registry';
import { parseDeploymentRequest } from './app-request';
import type { StoredApp, StoredDeployment } from './apps-document';
import type { AppHost } from './runtime/app-host';

const ROOT = '/api/2.0/apps/:name/deployments';
const PAGE = { usual: 20, maximum: 100 };

export interface DeploymentRoutesParts {
  caller(request: FastifyRequest): Promise<Principal>;
  /** An app that was made over the API, for somebody who may manage it; otherwise a refusal. */
  managed(caller: Principal, name: string): StoredApp;
  readonly registered: { readonly name: string };
  readonly registry: AppRegistry;
  readonly host: AppHost;
  readonly accessControl: AccessControl;
}

/** Deployments: made by who may manage the app, seen by who may use it. */
export function deploymentRoutes(server: FastifyInstance, parts: DeploymentRoutesParts): void {
  const { caller, managed, registered, registry, host, accessControl } = parts;
  /** As whoever may see the app's log sees a deployment, or as everybody else does. */
  const describerFor = (who: Principal, name: string): ((deployment: StoredDeployment) => AppDeployment) => {
    const withLog = accessControl.may(who, { type: 'apps', id: name }, 'CAN_MANAGE');
    return (deployment) => describeDeployment(deployment, withLog);
  };
  const visible = (who: Principal, name: string): readonly StoredDeployment[] => {
    const app = registry.find(name);
    if (app === undefined && name !== registered.name) throw noSuchApp(name);
    accessControl.require(who, { type: 'apps', id: name }, 'CAN_USE');
    return app?.deployments.toReversed() ?? [];
  };

  server.post<{ Params: { name: string } }>(ROOT, async (request): Promise<AppDeployment> => {
    const who = await caller(request);
    const app = managed(who, request.params.name);
    return describeDeployment(await host.deploy(who, app, parseDeploymentRequest(new JsonFields(request.body))));
  });

  server.get<{ Params: { name: string } }>(ROOT, async (request): Promise<ListAppDeploymentsResponse> => {
    const who = await caller(request);
    const { name } = request.params;
    const limit = pageLimit(request.query, 'page_size', PAGE);
    const list = ['app deployments', name];
    const { page, next } = pageOfNewest(visible(who, name), { list, query: request.query, limit });
    if (page.length === 0) return {};
    return {
      app_deployments: page.map(describerFor(who, name)),
      ...(next === undefined ? {} : { next_page_token: next }),
    };
  });

  server.get<{ Params: { name: string; id: string } }>(`${ROOT}/:id`, async (request): Promise<AppDeployment> => {
    const who = await caller(request);
    const { name, id } = request.params;
    const deployment = visible(who, name).find((one) => one.id === id);
    if (deployment === undefined) {
      const message = `Deployment ${id.slice(0, 100)} of app ${name} does not exist.`;
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', message);
    }
    return describerFor(who, name)(deployment);
  });
}
