import type { ServingEndpoint } from '@lakescope/databricks-client';
import { ApiProperty } from '@nestjs/swagger';
import { ServedEntityDto } from './served-entity.dto';
import { ServingEndpointDto } from './serving-endpoint.dto';

/** Where requests go. */
export class ServingRouteDto {
  /** Name of the model within the endpoint. */
  @ApiProperty({ example: 'flight-delay-2' })
  served_entity!: string;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 80 })
  traffic_percentage!: number;
}

/** How an endpoint is configured. */
export class ServingConfigDto {
  /** Number of the configuration; each change makes a new one. */
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  version!: number | null;

  @ApiProperty({ type: () => [ServedEntityDto] })
  entities!: ServedEntityDto[];

  @ApiProperty({ type: () => [ServingRouteDto] })
  routes!: ServingRouteDto[];

  static from(config: NonNullable<ServingEndpoint['config']>): ServingConfigDto {
    const routes = config.traffic_config?.routes ?? [];
    return {
      version: config.config_version ?? null,
      entities: (config.served_entities ?? []).map((entity) => ServedEntityDto.from(entity, routes)),
      routes: routes.map((route) => ({
        served_entity: route.served_entity_name ?? route.served_model_name ?? '',
        traffic_percentage: route.traffic_percentage,
      })),
    };
  }
}

/** How often an endpoint may be asked. */
export class ServingRateLimitDto {
  /** Requests in each period. */
  @ApiProperty({ type: 'integer', nullable: true, example: 60 })
  calls!: number | null;

  /** Tokens in each period. */
  @ApiProperty({ type: 'integer', nullable: true })
  tokens!: number | null;

  /** What is counted: each user, each group or service principal, or the endpoint as a whole. */
  @ApiProperty({ type: String, nullable: true, example: 'user' })
  key!: string | null;

  /** The group or service principal, where the limit is that of one. */
  @ApiProperty({ type: String, nullable: true })
  principal!: string | null;

  @ApiProperty({ example: 'minute' })
  renewal_period!: string;
}

/** Addresses of an endpoint on the platform. */
export class ServingUrlsDto {
  /** Where programs ask its models by the platform's own API. */
  @ApiProperty({ example: 'https://dbc-1.cloud.databricks.com/serving-endpoints/flight-delay/invocations' })
  invocations!: string;

  /** Its page in the workspace. */
  @ApiProperty({ example: 'https://dbc-1.cloud.databricks.com/ml/endpoints/flight-delay' })
  page!: string;
}

/** A label of an endpoint. */
export class ServingTagDto {
  @ApiProperty({ example: 'team' })
  key!: string;

  @ApiProperty({ type: String, nullable: true, example: 'pricing' })
  value!: string | null;
}

/** Everything about a serving endpoint. */
export class ServingEndpointDetailDto extends ServingEndpointDto {
  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  /** The configuration that answers. */
  @ApiProperty({ type: () => ServingConfigDto })
  config!: ServingConfigDto;

  /** The one that is being rolled out; null when none is. */
  @ApiProperty({ type: () => ServingConfigDto, nullable: true })
  pending_config!: ServingConfigDto | null;

  @ApiProperty({ type: () => [ServingRateLimitDto] })
  rate_limits!: ServingRateLimitDto[];

  @ApiProperty({ type: () => ServingUrlsDto })
  urls!: ServingUrlsDto;

  @ApiProperty({ type: () => [ServingTagDto] })
  tags!: ServingTagDto[];

  /** Whether requests take the short way to the model, by an address of its own. */
  route_optimized!: boolean;

  /** `workspace`: its address, for the URLs. */
  static of(endpoint: ServingEndpoint, workspace: URL): ServingEndpointDetailDto {
    const name = encodeURIComponent(endpoint.name);
    return {
      ...ServingEndpointDto.from(endpoint),
      description: endpoint.description ?? null,
      config: ServingConfigDto.from(endpoint.config ?? {}),
      pending_config: endpoint.pending_config == null ? null : ServingConfigDto.from(endpoint.pending_config),
      rate_limits: (endpoint.ai_gateway?.rate_limits ?? []).map((limit) => ({
        calls: limit.calls ?? null,
        tokens: limit.tokens ?? null,
        key: limit.key ?? null,
        principal: limit.principal ?? null,
        renewal_period: limit.renewal_period,
      })),
      urls: {
        invocations: endpoint.endpoint_url ?? new URL(`/serving-endpoints/${name}/invocations`, workspace).href,
        page: new URL(`/ml/endpoints/${name}`, workspace).href,
      },
      tags: (endpoint.tags ?? []).map(({ key, value }) => ({ key, value: value ?? null })),
      route_optimized: endpoint.route_optimized ?? false,
    };
  }
}
