import type { ServingEndpoint } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ServingLimits } from '../limits';
import { EndpointMemory } from './endpoint-memory';
import { kindOf, taskOf } from './model-type';
import { ServingEndpoints } from './serving-endpoints';

/** What decides how an endpoint may be asked. */
export interface EndpointTraits {
  /** Whether its models are the workspace's own and classic: the platform takes more bytes for them. */
  readonly isClassic: boolean;
  /** Whether to ask twice is the same as to ask once. Agents may act on what they are told. */
  readonly isSafeToRepeat: boolean;
}

/** Looked up only where it matters, since it takes a request of its own, and kept for a short time. */
@Injectable()
export class EndpointTraitsLookup {
  private readonly memory: EndpointMemory<EndpointTraits>;

  constructor(
    private readonly endpoints: ServingEndpoints,
    limits: ServingLimits,
  ) {
    this.memory = new EndpointMemory(limits.rememberedMs);
  }

  async of(caller: UserCaller, endpointName: string, signal: AbortSignal): Promise<EndpointTraits> {
    const known = this.memory.get(caller, endpointName);
    if (known !== undefined) return known;
    const traits = traitsOf(await this.endpoints.find(caller, endpointName, signal));
    this.memory.set(caller, endpointName, traits);
    return traits;
  }
}

export function traitsOf(endpoint: ServingEndpoint): EndpointTraits {
  const task = taskOf(endpoint);
  const entities = endpoint.config?.served_entities ?? [];
  const isOwn = entities.length > 0 && entities.every((entity) => kindOf(entity) === 'custom');
  return {
    isClassic: isOwn && task === undefined,
    // An own model with the task of a language model is an agent.
    isSafeToRepeat: task === undefined ? entities.length > 0 : !isOwn && !task.startsWith('agent/'),
  };
}
