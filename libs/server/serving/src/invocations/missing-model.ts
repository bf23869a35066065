import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ServingEndpoints } from '../endpoints/serving-endpoints';
import { EndpointNotFound, ServedEntityNotFound } from '../serving.errors';

/** The failure is known already; what it was is not worth a long wait. */
const PATIENCE_MS = 2_000;

/**
 * The platform says the same of an endpoint that is not there and of a model that an endpoint does not serve. Who asked for a model by name
 * is told which of the two it was.
 */
@Injectable()
export class MissingModel {
  constructor(private readonly endpoints: ServingEndpoints) {}

  /** The failure as it is told: another one only where a model was asked for by name and something was missing. Never rejects. */
  async toldFrom(
    failure: unknown,
    caller: UserCaller,
    endpointName: string,
    servedEntity: string | undefined,
  ): Promise<unknown> {
    if (!(failure instanceof EndpointNotFound) || servedEntity === undefined) return failure;
    try {
      const { config } = await this.endpoints.find(caller, endpointName, AbortSignal.timeout(PATIENCE_MS));
      const served = (config?.served_entities ?? []).flatMap(({ name }) => name ?? []);
      // It is served after all, so it is something else that is missing, and nobody knows what.
      return served.includes(servedEntity) ? failure : new ServedEntityNotFound(endpointName, servedEntity, served);
    } catch {
      return failure;
    }
  }
}
