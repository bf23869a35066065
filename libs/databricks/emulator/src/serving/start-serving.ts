import type { FastifyInstance } from 'fastify';
import type { CreateServingEndpointRequest } from '@lakescope/databricks-wire';
import type { Access } from '../identity/access';
import type { Directory, Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import type { SecretScopes } from '../secrets/secret-scopes';
import type { Lookup } from '../unity-catalog/lookup';
import { invocationRoutes } from './invocation-routes';
import { Invocations } from './invocations';
import { ModelsToServe } from './models-to-serve';
import { RateLimits } from './rate-limits';
import { openServingDocument } from './serving-document';
import { ServingEndpoints } from './serving-endpoints';
import { servingRoutes } from './serving-routes';

/** How long things of model serving take, in milliseconds. */
export interface ServingTimes {
  /** How long the deployment of a configuration takes. */
  servingDeployMilliseconds?: number;
  /** How long a served entity takes from zero to its first answer; requests meanwhile are refused with 503. */
  servingWakeMilliseconds?: number;
  /** After how long without a request a served entity goes to zero; the platform's half an hour. */
  servingIdleMilliseconds?: number;
  /** Between two tokens of a stream of the local language models. */
  servingTokenMilliseconds?: number;
}

export interface ServingParts {
  readonly stateDirectory: string;
  readonly access: Access;
  readonly accessControl: AccessControl;
  readonly lookup: Lookup;
  readonly directory: Directory;
  readonly secretScopes: SecretScopes;
  /** Where the workspace listens. */
  readonly url: () => string;
  readonly times: ServingTimes;
}

/** Model serving: endpoints, the models behind them and the requests to both. */
export class Serving {
  private constructor(private readonly endpoints: ServingEndpoints) {}

  static async start(server: FastifyInstance, parts: ServingParts): Promise<Serving> {
    const { access, times } = parts;
    const models = new ModelsToServe({
      ...{ lookup: parts.lookup, directory: parts.directory, secretScopes: parts.secretScopes },
      times: { tokenMilliseconds: times.servingTokenMilliseconds ?? 20 },
    });
    const limits = new RateLimits();
    const endpoints = new ServingEndpoints(await openServingDocument(parts.stateDirectory), {
      accessControl: parts.accessControl,
      times: {
        deployMilliseconds: times.servingDeployMilliseconds ?? 500,
        wakeMilliseconds: times.servingWakeMilliseconds ?? 2000,
        idleMilliseconds: times.servingIdleMilliseconds ?? 30 * 60_000,
      },
      load: (entity, log) => models.load(entity, log),
      admit: (caller, config) => models.admit(caller, config),
      limitsChanged: (id) => limits.forget(id),
    });
    servingRoutes(server, access, endpoints, parts.url);
    invocationRoutes(server, access, new Invocations(endpoints, limits));
    return new Serving(endpoints);
  }

  /** Resolves when it is deployed, or could not be. Changes nothing when there is an endpoint of that name. */
  async create(
    creator: Principal,
    request: CreateServingEndpointRequest,
    grants: Parameters<ServingEndpoints['allow']>[1],
  ): Promise<void> {
    if (this.endpoints.find(request.name) !== undefined) return;
    await this.endpoints.create(creator, request);
    await this.endpoints.allow(request.name, grants);
    await this.endpoints.settled(request.name);
  }

  /** Undefined: there is no endpoint of that name. */
  idOf(name: string): string | undefined {
    return this.endpoints.find(name)?.id;
  }

  close(): Promise<void> {
    return this.endpoints.close();
  }
}
