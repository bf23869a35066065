import type { ModelVersionStatus } from '@lakescope/databricks-wire';
import { detailsText, type Securable } from './securables';

/** One version of a registered model. Its files lie in a folder of its own. */
export interface ModelVersion {
  readonly version: number;
  readonly id: string;
  readonly status: ModelVersionStatus;
  readonly source: string;
  readonly runId?: string;
  readonly comment: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** What a registered model is beyond what every securable has. */
export interface ModelDetails {
  readonly versions: readonly ModelVersion[];
  readonly aliases: readonly { readonly name: string; readonly version: number }[];
  /** A number is never given twice, not even when its version was deleted. */
  readonly nextVersion: number;
}

/** Only the metastore writes details, so they are what it wrote. */
export function modelDetailsOf(model: Securable): ModelDetails {
  return JSON.parse(detailsText(model) ?? '{"versions":[],"aliases":[],"nextVersion":1}') as ModelDetails;
}

export function findVersion(model: Securable, version: number): ModelVersion | undefined {
  return modelDetailsOf(model).versions.find((one) => one.version === version);
}
