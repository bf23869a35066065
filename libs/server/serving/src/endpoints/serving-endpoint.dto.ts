import type { ServingEndpoint } from '@lakescope/databricks-client';
import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { MODEL_TYPES, modelTypeOf, taskOf, type ModelType } from './model-type';
import { ServedEntityDto } from './served-entity.dto';

export const READY_STATES = ['READY', 'NOT_READY'] as const;
export const CONFIG_UPDATES = ['NOT_UPDATING', 'IN_PROGRESS', 'UPDATE_FAILED', 'UPDATE_CANCELED'] as const;
export const PERMISSION_LEVELS = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'] as const;

/** A serving endpoint. */
export class ServingEndpointDto {
  @ApiProperty({ example: 'flight-delay' })
  name!: string;

  /** Identifier of the endpoint. */
  @ApiProperty({ type: String, nullable: true, example: '9f8e7d6c5b4a39281706f5e4d3c2b1a0' })
  id!: string | null;

  /** Who made it. */
  @ApiProperty({ type: String, nullable: true, example: 'ana@example.com' })
  creator!: string | null;

  /** What it is for, e.g. `llm/v1/chat`; null for classic machine learning models. */
  @ApiProperty({ type: String, nullable: true, example: 'llm/v1/chat' })
  task!: string | null;

  /** Whether it takes requests. */
  @ApiProperty({ enum: READY_STATES, example: 'READY' })
  ready!: (typeof READY_STATES)[number];

  /** Whether its configuration is being changed; while it is, the former one answers. */
  @ApiProperty({ enum: CONFIG_UPDATES, example: 'NOT_UPDATING' })
  config_update!: (typeof CONFIG_UPDATES)[number];

  /** The models behind it. */
  @ApiProperty({ type: () => [ServedEntityDto] })
  entities!: ServedEntityDto[];

  /** How its models are asked, as far as that shows without asking further. */
  @ApiProperty({ enum: MODEL_TYPES, example: 'MLFLOW_MODEL' })
  detected_type!: ModelType;

  /** What the caller may do with it: see it, ask it, or change it too; null where the platform does not tell. */
  @ApiProperty({ type: String, enum: PERMISSION_LEVELS, nullable: true, example: 'CAN_QUERY' })
  permission_level!: (typeof PERMISSION_LEVELS)[number] | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  created_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  updated_at!: string | null;

  static from(endpoint: ServingEndpoint): ServingEndpointDto {
    const { state, config } = endpoint;
    const routes = config?.traffic_config?.routes ?? [];
    return {
      name: endpoint.name,
      id: endpoint.id ?? null,
      creator: endpoint.creator ?? null,
      task: taskOf(endpoint) ?? null,
      ready: state?.ready ?? 'NOT_READY',
      config_update: state?.config_update ?? 'NOT_UPDATING',
      entities: (config?.served_entities ?? []).map((entity) => ServedEntityDto.from(entity, routes)),
      detected_type: modelTypeOf(endpoint),
      permission_level: endpoint.permission_level ?? null,
      created_at: instant(endpoint.creation_timestamp),
      updated_at: instant(endpoint.last_updated_timestamp),
    };
  }
}

/** A page of serving endpoints, by name. */
export class ServingEndpointPage extends ApiPage(ServingEndpointDto) {}

/** From milliseconds since the epoch. */
function instant(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
