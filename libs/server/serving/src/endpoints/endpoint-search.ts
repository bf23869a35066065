import type { ServingEndpoint } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ServingLimits } from '../limits';
import { EndpointMemory } from './endpoint-memory';
import { ServingEndpointDto } from './serving-endpoint.dto';
import { ServingEndpoints } from './serving-endpoints';

/** Lists of that many people are kept. */
const MOST_LISTS = 50;

/** Endpoints that were found, the best first. */
export interface FoundEndpoints {
  readonly items: ServingEndpointDto[];
  readonly has_more: boolean;
}

/** Finds endpoints by their names and those of their models, among those a person may see; their list is remembered for a short time. */
@Injectable()
export class EndpointSearch {
  private readonly memory: EndpointMemory<readonly ServingEndpoint[]>;

  constructor(
    private readonly endpoints: ServingEndpoints,
    limits: ServingLimits,
  ) {
    this.memory = new EndpointMemory(limits.rememberedMs, MOST_LISTS);
  }

  async find(caller: UserCaller, text: string, limit: number, signal: AbortSignal): Promise<FoundEndpoints> {
    const wanted = text.trim().toLowerCase();
    const ranked = (await this.all(caller, signal)).flatMap((endpoint) => {
      const rank = rankOf(endpoint, wanted);
      return rank === undefined ? [] : [{ rank, endpoint }];
    });
    ranked.sort((one, other) => one.rank - other.rank || (one.endpoint.name < other.endpoint.name ? -1 : 1));
    return {
      items: ranked.slice(0, limit).map(({ endpoint }) => ServingEndpointDto.from(endpoint)),
      has_more: ranked.length > limit,
    };
  }

  private async all(caller: UserCaller, signal: AbortSignal): Promise<readonly ServingEndpoint[]> {
    const known = this.memory.get(caller, '');
    if (known !== undefined) return known;
    const all = await this.endpoints.all(caller, signal);
    this.memory.set(caller, '', all);
    return all;
  }
}

/** How well it fits: the same name, its beginning, somewhere in it, or in the name of a model. */
function rankOf({ name, config }: ServingEndpoint, wanted: string): number | undefined {
  const at = name.toLowerCase().indexOf(wanted);
  if (at >= 0) return at > 0 ? 2 : name.length === wanted.length ? 0 : 1;
  const models = (config?.served_entities ?? []).flatMap(
    ({ name: served, entity_name, foundation_model, external_model }) => [
      served,
      entity_name,
      foundation_model?.name,
      external_model?.name,
    ],
  );
  return models.some((model) => model?.toLowerCase().includes(wanted) === true) ? 3 : undefined;
}
