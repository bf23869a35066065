import { encodeSegment } from './platform-path';
import type { CallOptions, Credential, Transport } from './transport';

export interface RunTag {
  key?: string;
  value?: string;
}

/**
 * Where models come from: versions in the registry of Unity Catalog (`/api/2.1/unity-catalog/models`), versions in the older registry of
 * the workspace, and MLflow runs (`/api/2.0/mlflow`), which a person's token may lack the scope for.
 */
export class ModelsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** The run that made a version of a registered model; undefined when the registry knows none. */
  async runOf(fullName: string, version: string, options: CallOptions = {}): Promise<string | undefined> {
    if (fullName.includes('.')) {
      const path = `/api/2.1/unity-catalog/models/${encodeSegment(fullName)}/versions/${encodeSegment(version)}`;
      const found = await this.transport.json<{ run_id?: string }>(this.credential, {
        ...options,
        method: 'GET',
        path,
      });
      return found.run_id;
    }
    const found = await this.transport.json<{ model_version?: { run_id?: string } }>(this.credential, {
      ...options,
      method: 'GET',
      path: '/api/2.0/mlflow/model-versions/get',
      query: { name: fullName, version },
    });
    return found.model_version?.run_id;
  }

  /** Tags of a run; `mlflow.log-model.history` holds the models that it logged, with their signatures. */
  async runTags(runId: string, options: CallOptions = {}): Promise<RunTag[]> {
    const { run } = await this.transport.json<{ run?: { data?: { tags?: RunTag[] } } }>(this.credential, {
      ...options,
      method: 'GET',
      path: '/api/2.0/mlflow/runs/get',
      query: { run_id: runId },
    });
    return run?.data?.tags ?? [];
  }
}
