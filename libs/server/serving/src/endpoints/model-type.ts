import type { ServedEntity, ServingEndpoint } from '@lakescope/databricks-client';

/** What kind of model answers: one of the platform's, one of another provider, or one of the workspace's own. */
export const ENTITY_KINDS = ['foundation', 'external', 'custom'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** How a model is asked: as language models are, as its MLflow signature says, or nobody knows. */
export const MODEL_TYPES = ['FOUNDATION_MODEL', 'MLFLOW_MODEL', 'UNKNOWN'] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

export function kindOf({ foundation_model, external_model }: ServedEntity): EntityKind {
  if (foundation_model !== undefined) return 'foundation';
  return external_model === undefined ? 'custom' : 'external';
}

/** The task of an endpoint, or of the external model behind it; undefined for classic models. */
export function taskOf({ task, config }: ServingEndpoint): string | undefined {
  return (
    task ??
    config?.served_entities?.find(({ external_model }) => external_model?.task !== undefined)?.external_model?.task
  );
}

/** What can be said of an endpoint without asking anything further. */
export function modelTypeOf(endpoint: ServingEndpoint): ModelType {
  const entities = endpoint.config?.served_entities ?? [];
  if (taskOf(endpoint) !== undefined || entities.some((entity) => kindOf(entity) !== 'custom'))
    return 'FOUNDATION_MODEL';
  return entities.some(({ entity_name }) => entity_name !== undefined) ? 'MLFLOW_MODEL' : 'UNKNOWN';
}
