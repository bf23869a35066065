import type { ServedEntity, ServingRoute } from '@lakescope/databricks-client';
import { ApiProperty } from '@nestjs/swagger';
import { ENTITY_KINDS, kindOf, type EntityKind } from './model-type';

export const DEPLOYMENTS = [
  'DEPLOYMENT_CREATING',
  'DEPLOYMENT_READY',
  'DEPLOYMENT_FAILED',
  'DEPLOYMENT_ABORTED',
  'DEPLOYMENT_RECOVERING',
] as const;

/** A model behind an endpoint. */
export class ServedEntityDto {
  /** Its name within the endpoint. */
  @ApiProperty({ example: 'flight-delay-2' })
  name!: string;

  /** A pay-per-token model of the platform, a model of another provider, or one of the workspace's own. */
  @ApiProperty({ enum: ENTITY_KINDS, example: 'custom' })
  kind!: EntityKind;

  /** The registered model, or the name of the foundation or external model. */
  @ApiProperty({ type: String, nullable: true, example: 'demo.models.flight_delay' })
  entity_name!: string | null;

  /** Version of the registered model. */
  @ApiProperty({ type: String, nullable: true, example: '2' })
  entity_version!: string | null;

  /** Percent of the requests it gets; null where the platform's list does not tell. */
  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, maximum: 100, example: 80 })
  traffic_percentage!: number | null;

  /** How far its deployment is; null where the platform's list does not tell. */
  @ApiProperty({ type: String, enum: DEPLOYMENTS, nullable: true, example: 'DEPLOYMENT_READY' })
  state!: string | null;

  /** What the platform says about its deployment. */
  @ApiProperty({ type: String, nullable: true })
  state_message!: string | null;

  /** For external models, who provides them. */
  @ApiProperty({ type: String, nullable: true })
  provider!: string | null;

  /** Size of its compute. */
  @ApiProperty({ type: String, nullable: true, example: 'Small' })
  workload_size!: string | null;

  /** Kind of its compute. */
  @ApiProperty({ type: String, nullable: true, example: 'CPU' })
  workload_type!: string | null;

  /** Whether it sleeps when nobody asks it; the first request then meets a model that wakes up. */
  @ApiProperty({ type: Boolean, nullable: true })
  scale_to_zero!: boolean | null;

  static from(entity: ServedEntity, routes: readonly ServingRoute[]): ServedEntityDto {
    const name = entity.name ?? '';
    const { foundation_model: foundation, external_model: external, state } = entity;
    const route = routes.find((one) => (one.served_entity_name ?? one.served_model_name) === name);
    return {
      name,
      kind: kindOf(entity),
      entity_name: entity.entity_name ?? foundation?.name ?? external?.name ?? null,
      entity_version: entity.entity_version ?? null,
      traffic_percentage: route?.traffic_percentage ?? null,
      state: state?.deployment ?? null,
      state_message: state?.deployment_state_message || null,
      provider: external?.provider ?? null,
      workload_size: entity.workload_size ?? null,
      workload_type: entity.workload_type ?? null,
      scale_to_zero: entity.scale_to_zero_enabled ?? null,
    };
  }
}
