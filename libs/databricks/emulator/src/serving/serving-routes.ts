import type {
  ListServingEndpointsResponse,
  ServedModelLogsResponse,
  ServingAiGateway,
  ServingEndpoint,
  ServingTag,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import type { Deployment } from './deployment';
import { endpointDetails, endpointItem } from './endpoint-description';
import { openapiDocument } from './openapi-document';
import { prometheusText } from './prometheus-text';
import type { StoredEndpoint } from './serving-document';
import type { ServingEndpoints } from './serving-endpoints';

const ROOT = '/api/2.0/serving-endpoints';

interface ByName {
  Params: { name: string };
}

interface ByServedName {
  Params: { name: string; served: string };
}

/** Management of serving endpoints. `url` is where the workspace listens. */
export function servingRoutes(
  app: FastifyInstance,
  access: Access,
  endpoints: ServingEndpoints,
  url: () => string,
): void {
  const described = (caller: Principal, endpoint: StoredEndpoint) => ({
    permission: endpoints.levelOf(caller, endpoint),
    active: endpoints.runningOf(endpoint)?.deployments ?? [],
    pending: endpoints.pendingOf(endpoint)?.deployments ?? [],
  });
  const details = (caller: Principal, endpoint: StoredEndpoint): ServingEndpoint =>
    endpointDetails(endpoint, described(caller, endpoint));

  app.get(ROOT, async (request): Promise<ListServingEndpointsResponse> => {
    const caller = await access.caller(request, 'serving');
    const seen = endpoints.list(caller);
    return { endpoints: seen.map((endpoint) => endpointItem(endpoint, described(caller, endpoint))) };
  });

  app.post(ROOT, async (request): Promise<ServingEndpoint> => {
    const caller = await access.caller(request, 'serving');
    return details(caller, await endpoints.create(caller, request.body));
  });

  app.get<ByName>(`${ROOT}/:name`, async (request): Promise<ServingEndpoint> => {
    const caller = await access.caller(request, 'serving');
    return details(caller, endpoints.require(caller, request.params.name, 'CAN_VIEW'));
  });

  app.put<ByName>(`${ROOT}/:name/config`, async (request): Promise<ServingEndpoint> => {
    const caller = await access.caller(request, 'serving');
    return details(caller, await endpoints.updateConfig(caller, request.params.name, request.body));
  });

  app.delete<ByName>(`${ROOT}/:name`, async (request) => {
    const caller = await access.caller(request, 'serving');
    await endpoints.remove(caller, request.params.name);
    return {};
  });

  app.patch<ByName>(`${ROOT}/:name/tags`, async (request): Promise<{ tags: ServingTag[] }> => {
    const caller = await access.caller(request, 'serving');
    const { tags } = await endpoints.changeTags(caller, request.params.name, request.body);
    return { tags: tags.map((tag) => ({ ...tag })) };
  });

  app.put<ByName>(`${ROOT}/:name/ai-gateway`, async (request): Promise<ServingAiGateway> => {
    const caller = await access.caller(request, 'serving');
    const changed = await endpoints.changeGateway(caller, request.params.name, request.body);
    return details(caller, changed).ai_gateway ?? {};
  });

  app.get<ByName>(`${ROOT}/:name/openapi`, async (request, reply) => {
    const caller = await access.caller(request, 'serving');
    const endpoint = endpoints.require(caller, request.params.name, 'CAN_VIEW');
    const { deployments = [] } = endpoints.runningOf(endpoint) ?? {};
    const document = await openapiDocument(endpoint, deployments, url());
    // Asked for as text, and it is: clients that expect JSON parse it themselves.
    return reply.type('text/plain; charset=utf-8').send(JSON.stringify(document));
  });

  app.get<ByName>(`${ROOT}/:name/metrics`, async (request, reply) => {
    const caller = await access.caller(request, 'serving');
    const endpoint = endpoints.require(caller, request.params.name, 'CAN_VIEW');
    const text = prometheusText(endpoint.name, endpoints.runningOf(endpoint)?.deployments ?? []);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  });

  const deployment = (caller: Principal, { name, served }: ByServedName['Params']): Deployment => {
    const endpoint = endpoints.require(caller, name, 'CAN_VIEW');
    const found = endpoints.deploymentOf(endpoint, served);
    if (found === undefined) {
      throw new ServiceRefusal(
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `Served entity '${served.slice(0, 200)}' does not exist on endpoint '${endpoint.name}'.`,
      );
    }
    if (found.entity.kind === 'custom') return found;
    throw invalidParameter(`Served entity '${found.entity.name}' is no custom model and has no logs.`);
  };

  app.get<ByServedName>(
    `${ROOT}/:name/served-models/:served/logs`,
    async (request): Promise<ServedModelLogsResponse> => {
      const caller = await access.caller(request, 'serving');
      return { logs: deployment(caller, request.params).serviceLog.text() };
    },
  );

  app.get<ByServedName>(
    `${ROOT}/:name/served-models/:served/build-logs`,
    async (request): Promise<ServedModelLogsResponse> => {
      const caller = await access.caller(request, 'serving');
      return { logs: deployment(caller, request.params).buildLog.text() };
    },
  );
}
