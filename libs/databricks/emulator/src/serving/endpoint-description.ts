import type {
  ServedEntity,
  ServingAiGateway,
  ServingConfig,
  ServingEndpoint,
  ServingPermissionLevel,
} from '@lakescope/databricks-wire';
import type { Deployment } from './deployment';
import { foundationModel } from './foundation/foundation-models';
import type { StoredConfig, StoredEndpoint, StoredEntity } from './serving-document';

interface Described {
  readonly permission: ServingPermissionLevel;
  /** Deployments of the configuration that answers requests. */
  readonly active: readonly Deployment[];
  readonly pending: readonly Deployment[];
}

/** `GET /api/2.0/serving-endpoints/{name}`. */
export function endpointDetails(endpoint: StoredEndpoint, { permission, active, pending }: Described): ServingEndpoint {
  const { config, pending: coming, failures, usageTracking } = endpoint;
  const gateway: ServingAiGateway = {
    rate_limits: endpoint.rateLimits.map((limit) => ({ ...limit, renewal_period: 'minute' })),
    usage_tracking_config: { enabled: usageTracking },
  };
  return {
    ...whatIsSaidOfAll(endpoint, permission),
    ...(config === undefined ? {} : { config: { config_version: config.version, ...configDetails(config, active) } }),
    ...(coming === undefined
      ? {}
      : {
          pending_config: {
            config_version: coming.version,
            start_time: coming.startedAt,
            ...configDetails(coming, pending),
          },
        }),
    state: {
      ready: active.some(({ state }) => state === 'DEPLOYMENT_READY') ? 'READY' : 'NOT_READY',
      config_update: coming === undefined ? 'NOT_UPDATING' : failures === undefined ? 'IN_PROGRESS' : 'UPDATE_FAILED',
    },
    ai_gateway: gateway,
  };
}

/** An item of `GET /api/2.0/serving-endpoints`: of its entities it says only what they are. */
export function endpointItem(endpoint: StoredEndpoint, described: Described): ServingEndpoint {
  const { pending_config: _pending, ai_gateway: _gateway, ...item } = endpointDetails(endpoint, described);
  const entities = (endpoint.config ?? endpoint.pending)?.entities.map(whatItIs);
  return { ...item, ...(entities === undefined ? {} : { config: { served_entities: entities } }) };
}

function whatIsSaidOfAll(endpoint: StoredEndpoint, permission: ServingPermissionLevel): ServingEndpoint {
  const { id, name, creator, description, tags } = endpoint;
  const task = taskOf((endpoint.config ?? endpoint.pending)?.entities[0]);
  return {
    name,
    id,
    creator,
    creation_timestamp: endpoint.createdAt,
    last_updated_timestamp: endpoint.updatedAt,
    ...(description === '' ? {} : { description }),
    ...(task === undefined ? {} : { task }),
    permission_level: permission,
    route_optimized: endpoint.routeOptimized,
    tags: tags.map((tag) => ({ ...tag })),
  };
}

function configDetails({ entities, routes }: StoredConfig, deployments: readonly Deployment[]): ServingConfig {
  return {
    served_entities: entities.map((entity) =>
      entityDetails(
        entity,
        deployments.find((one) => one.entity.name === entity.name),
      ),
    ),
    traffic_config: {
      routes: routes.map(({ entity, percentage }) => ({
        served_model_name: entity,
        served_entity_name: entity,
        traffic_percentage: percentage,
      })),
    },
  };
}

function entityDetails(entity: StoredEntity, deployment: Deployment | undefined): ServedEntity {
  const { workloadSize, workloadType, environment } = entity;
  return {
    ...whatItIs(entity),
    ...(workloadSize === undefined ? {} : { workload_size: workloadSize }),
    ...(workloadType === undefined ? {} : { workload_type: workloadType }),
    ...(entity.kind === 'custom' ? { scale_to_zero_enabled: entity.scaleToZero } : {}),
    ...(environment === undefined ? {} : { environment_vars: { ...environment } }),
    creator: entity.creator,
    creation_timestamp: entity.createdAt,
    ...(deployment === undefined
      ? {}
      : { state: { deployment: deployment.state, deployment_state_message: deployment.message } }),
  };
}

function whatItIs({ name, kind, entityName, entityVersion, external }: StoredEntity): ServedEntity {
  if (kind === 'custom') {
    return { name, entity_name: entityName, ...(entityVersion === undefined ? {} : { entity_version: entityVersion }) };
  }
  if (external !== undefined) {
    const { provider, task, baseUrl, keyReference } = external;
    const config =
      provider === 'openai'
        ? {
            openai_config: {
              openai_api_base: baseUrl,
              ...(keyReference === undefined ? {} : { openai_api_key: keyReference }),
            },
          }
        : {
            custom_provider_config: {
              custom_provider_url: baseUrl,
              ...(keyReference === undefined ? {} : { bearer_token_auth: { token: keyReference } }),
            },
          };
    return { name, external_model: { name: entityName, provider, task, ...config } };
  }
  const { displayName, description, docs } = foundationModel(entityName) ?? {};
  return {
    name,
    foundation_model: {
      name: entityName,
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(description === undefined ? {} : { description }),
      ...(docs === undefined ? {} : { docs }),
    },
  };
}

export function taskOf(entity: StoredEntity | undefined): string | undefined {
  if (entity?.kind === 'external') return entity.external?.task;
  return entity?.kind === 'foundation' ? foundationModel(entity.entityName)?.task : undefined;
}
