import { DatabricksClients, PlatformError, type ServingEndpoint } from '@lakescope/databricks-client';
import { DatabricksConfig } from '@lakescope/server-config';
import { Cursors, outdatedCursor, type PageQuery, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { EndpointNotFound } from '../serving.errors';
import { ServingEndpointDetailDto } from './serving-endpoint-detail.dto';
import { ServingEndpointDto, type ServingEndpointPage } from './serving-endpoint.dto';

const LIST = 'serving-endpoints';

/** The serving endpoints a person may see, with that person's rights. */
@Injectable()
export class ServingEndpoints {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly cursors: Cursors,
    private readonly workspace: DatabricksConfig,
  ) {}

  /** By name. The platform gives all of them at once, so a page begins behind the name the one before ended with. */
  async list(caller: UserCaller, { limit, cursor }: PageQuery, signal: AbortSignal): Promise<ServingEndpointPage> {
    const scope = JSON.stringify([LIST, caller.userId]);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    if (after !== undefined && typeof after !== 'string') {
      throw outdatedCursor();
    }
    const all = await this.all(caller, signal);
    const left = all.filter(({ name }) => after === undefined || name > after).sort(byName);
    const items = left.slice(0, limit);
    const last = left.length > items.length ? items.at(-1)?.name : undefined;
    return {
      items: items.map((endpoint) => ServingEndpointDto.from(endpoint)),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, last),
    };
  }

  /** All that the caller may see, as the platform tells of them. */
  all(caller: UserCaller, signal: AbortSignal): Promise<ServingEndpoint[]> {
    return this.databricks.asUser(caller).serving.listEndpoints({ signal });
  }

  async describe(caller: UserCaller, name: string, signal: AbortSignal): Promise<ServingEndpointDetailDto> {
    return ServingEndpointDetailDto.of(await this.find(caller, name, signal), this.workspace.host);
  }

  /** As the platform tells of it. Throws EndpointNotFound. */
  async find(caller: UserCaller, name: string, signal: AbortSignal): Promise<ServingEndpoint> {
    return this.databricks.asUser(caller).serving.getEndpoint(name, { signal }).catch(unlessMissing(name));
  }
}

/** What the platform calls missing is an endpoint that is not there. */
export function unlessMissing(name: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof PlatformError && (error.kind === 'not_found' || error.kind === 'endpoint_not_found')
      ? new EndpointNotFound(name, error)
      : error;
  };
}

/** In the order of the code units, which is the one that `>` compares by. */
function byName(one: ServingEndpoint, other: ServingEndpoint): number {
  return one.name < other.name ? -1 : 1;
}
