import type { MlflowModelVersion, MlflowRegisteredModel } from '@lakescope/databricks-wire';
import type { Lookup } from '../unity-catalog/lookup';
import { modelDetailsOf, type ModelVersion } from '../unity-catalog/model-details';
import type { Securable } from '../unity-catalog/securables';

/** A version as MLflow's client reads it. */
export function describeVersion(model: Securable, version: ModelVersion, lookup: Lookup): MlflowModelVersion {
  const aliases = aliasesOf(model, version.version);
  return {
    name: model.fullName,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    description: version.comment,
    source: version.source,
    storage_location: lookup.metastore.places.locationOfModel(model.id, version.version),
    ...(version.runId !== undefined && { run_id: version.runId }),
    status: version.status,
    ...(aliases.length > 0 && { aliases }),
  };
}

/** A registered model as MLflow's client reads it. */
export function describeModel(model: Securable): MlflowRegisteredModel {
  const aliases = aliasesOf(model);
  return {
    name: model.fullName,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt ?? model.createdAt,
    user_id: model.createdBy,
    description: model.comment,
    ...(aliases.length > 0 && { aliases }),
  };
}

function aliasesOf(model: Securable, version?: number): { alias: string; version: string }[] {
  return modelDetailsOf(model)
    .aliases.filter((alias) => version === undefined || alias.version === version)
    .map((alias) => ({ alias: alias.name, version: String(alias.version) }));
}
