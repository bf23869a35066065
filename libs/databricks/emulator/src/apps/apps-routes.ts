import type { DatabricksApp, ListAppsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JsonFields } from '../http/json-fields';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import { ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { describeApp } from './app-description';
import { noSuchApp, notOverApi, type AppRegistry } from './app-registry';
import { parseAppName, parseMaskedUpdate, parseSettings } from './app-request';
import type { AppSettings, StoredApp } from './apps-document';
import { deploymentRoutes } from './deployment-routes';
import type { ResourceGrants } from './resource-grants';
import type { AppHost } from './runtime/app-host';

export const APPS_ROOT = '/api/2.0/apps';
const PAGE = { usual: 20, maximum: 100 };

/** The app of `npm start`, as far as these routes show it. */
export interface ListedApp {
  readonly name: string;
  readonly clientId: string;
  describe(): DatabricksApp;
}

export interface AppsRoutesParts {
  readonly access: Access;
  readonly accessControl: AccessControl;
  readonly registered: ListedApp;
  readonly registry: AppRegistry;
  readonly host: AppHost;
  readonly grants: ResourceGrants;
}

interface ByName {
  Params: { name: string };
}

/** The Apps API. Who may use an app sees it, who may manage it changes it; everybody may make one. */
export function appsRoutes(server: FastifyInstance, parts: AppsRoutesParts): void {
  const { access, accessControl, registered, registry, host, grants } = parts;
  const caller = (request: FastifyRequest): Promise<Principal> => access.caller(request, 'apps');
  const describe = (name: string): DatabricksApp => {
    const app = registry.get(name);
    return describeApp(app, host.condition(app));
  };
  const sees = (who: Principal, name: string, clientId: string): boolean =>
    // An app knows itself, whoever else may use it.
    who.name === clientId || accessControl.may(who, { type: 'apps', id: name }, 'CAN_USE');
  /** An app that was made over the API, for somebody who may manage it. */
  const managed = (who: Principal, name: string): StoredApp => {
    const app = registry.find(name);
    if (app === undefined && name !== registered.name) throw noSuchApp(name);
    accessControl.require(who, { type: 'apps', id: name }, 'CAN_MANAGE');
    if (app === undefined) throw notOverApi(name);
    return app;
  };
  const change = async (who: Principal, app: StoredApp, settings: AppSettings): Promise<void> => {
    if (app.compute === 'DELETING') throw isBeingDeleted(app.name);
    const { clientId } = app.servicePrincipal;
    await grants.give(who, clientId, settings.resources);
    await registry.update(who, app.name, settings);
    await grants.takeBack(clientId, app.resources, settings.resources);
  };

  server.get(APPS_ROOT, async (request): Promise<ListAppsResponse> => {
    const who = await caller(request);
    const limit = pageLimit(request.query, 'page_size', PAGE);
    const after = decodePageToken(['apps'], queryText(request.query, 'page_token'));
    const all = [
      { name: registered.name, clientId: registered.clientId, describe: () => registered.describe() },
      ...registry.list().map(({ name, servicePrincipal: { clientId } }) => ({
        ...{ name, clientId },
        describe: () => describe(name),
      })),
    ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const rest = all.filter(({ name, clientId }) => (after === undefined || name > after) && sees(who, name, clientId));
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    if (last === undefined) return {};
    return {
      apps: page.map((app) => app.describe()),
      ...(rest.length > page.length ? { next_page_token: encodePageToken(['apps'], last.name) } : {}),
    };
  });

  server.post(APPS_ROOT, async (request): Promise<DatabricksApp> => {
    const who = await caller(request);
    const body = new JsonFields(request.body);
    const name = parseAppName(body);
    const settings = parseSettings(body);
    const app = await registry.create(who, name, settings, queryText(request.query, 'no_compute') !== 'true');
    try {
      await grants.give(who, app.servicePrincipal.clientId, settings.resources);
      await host.add(app);
    } catch (error) {
      await registry.remove(name);
      throw error;
    }
    return describe(name);
  });

  server.get<ByName>(`${APPS_ROOT}/:name`, async (request): Promise<DatabricksApp> => {
    const who = await caller(request);
    const { name } = request.params;
    const app = registry.find(name);
    const clientId = name === registered.name ? registered.clientId : app?.servicePrincipal.clientId;
    if (clientId === undefined) throw noSuchApp(name);
    if (!sees(who, name, clientId)) accessControl.require(who, { type: 'apps', id: name }, 'CAN_USE');
    return app === undefined ? registered.describe() : describe(name);
  });

  server.patch<ByName>(`${APPS_ROOT}/:name`, async (request): Promise<DatabricksApp> => {
    const who = await caller(request);
    const app = managed(who, request.params.name);
    await change(who, app, parseSettings(new JsonFields(request.body)));
    return describe(app.name);
  });

  server.delete<ByName>(`${APPS_ROOT}/:name`, async (request): Promise<DatabricksApp> => {
    const who = await caller(request);
    const app = managed(who, request.params.name);
    if (app.compute === 'DELETING') throw isBeingDeleted(app.name);
    await host.remove(app);
    return describe(app.name);
  });

  server.register(async (scoped) => {
    // Clients say JSON here and send nothing.
    scoped.addContentTypeParser('application/json', (_request, payload, done) => {
      payload.resume();
      payload.once('end', () => done(null, undefined));
      payload.once('error', done);
    });

    scoped.post<ByName>(`${APPS_ROOT}/:name/start`, async (request): Promise<DatabricksApp> => {
      const who = await caller(request);
      const app = managed(who, request.params.name);
      await host.start(app);
      return describe(app.name);
    });

    scoped.post<ByName>(`${APPS_ROOT}/:name/stop`, async (request): Promise<DatabricksApp> => {
      const who = await caller(request);
      const app = managed(who, request.params.name);
      await host.stop(app);
      return describe(app.name);
    });
  });

  server.post<ByName>(`${APPS_ROOT}/:name/update`, async (request) => {
    const who = await caller(request);
    const app = managed(who, request.params.name);
    await change(who, app, parseMaskedUpdate(new JsonFields(request.body), app));
    const lastUpdate = { state: 'SUCCEEDED', message: 'App updated successfully.' };
    await registry.change(app.name, { lastUpdate });
    return { status: lastUpdate };
  });

  server.get<ByName>(`${APPS_ROOT}/:name/update`, async (request) => {
    const who = await caller(request);
    const app = managed(who, request.params.name);
    return { status: app.lastUpdate ?? { state: 'NOT_UPDATED', message: 'The app was not updated.' } };
  });

  deploymentRoutes(server, { caller, managed, registry, host, registered, accessControl });
}

function isBeingDeleted(name: string): ServiceRefusal {
  return new ServiceRefusal(400, 'BAD_REQUEST', `App ${name} is being deleted.`);
}
