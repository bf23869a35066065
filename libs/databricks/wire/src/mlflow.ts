/** A tag, or a param of a run: always text. */
export interface MlflowTag {
  key: string;
  value: string;
}

export interface MlflowMetric {
  key: string;
  value: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  step: number;
}

export interface MlflowRunInfo {
  run_id: string;
  run_uuid?: string;
  run_name?: string;
  experiment_id?: string;
  user_id?: string;
  status?: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
  /** Milliseconds since the epoch. */
  start_time?: number;
  end_time?: number;
  artifact_uri?: string;
  lifecycle_stage?: string;
}

export interface MlflowRun {
  info: MlflowRunInfo;
  data?: { metrics?: MlflowMetric[]; params?: MlflowTag[]; tags?: MlflowTag[] };
}

/** `GET /api/2.0/mlflow/runs/get?run_id=`. The tag `mlflow.log-model.history` holds the signatures of its models, as JSON. */
export interface GetMlflowRunResponse {
  run: MlflowRun;
}

/** `GET /api/2.0/mlflow/artifacts/list?run_id=&path=`: what lies in one folder of a run. Paths begin at its root. */
export interface ListMlflowArtifactsResponse {
  root_uri: string;
  files?: { path: string; is_dir: boolean; file_size?: number }[];
}

/** `POST /api/2.0/mlflow/artifacts/credentials-for-read`: one for each path asked for. */
export interface MlflowArtifactCredentialsResponse {
  credential_infos?: MlflowArtifactCredential[];
}

export interface MlflowArtifactCredential {
  run_id: string;
  path: string;
  /** Good without a token, and only without one. */
  signed_uri: string;
  headers?: { name: string; value: string }[];
  type?: string;
}

/** `GET /api/2.0/mlflow/unity-catalog/model-versions/get?name=&version=`. The version is text here. */
export interface GetMlflowModelVersionResponse {
  model_version: MlflowModelVersion;
}

export interface MlflowModelVersion {
  name: string;
  version: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  user_id?: string;
  description?: string;
  source?: string;
  storage_location?: string;
  run_id?: string;
  status?: string;
  aliases?: { alias: string; version: string }[];
  /** Not there when there are none. */
  tags?: MlflowTag[];
}

/** `GET /api/2.0/mlflow/unity-catalog/model-versions/search?filter=name='c.s.m'`. */
export interface SearchMlflowModelVersionsResponse {
  model_versions?: MlflowModelVersion[];
  next_page_token?: string;
}

/** `GET /api/2.0/mlflow/unity-catalog/registered-models/get?name=`. */
export interface GetMlflowRegisteredModelResponse {
  registered_model: MlflowRegisteredModel;
}

export interface MlflowRegisteredModel {
  name: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  user_id?: string;
  description?: string;
  aliases?: { alias: string; version: string }[];
  tags?: MlflowTag[];
}

/** `GET /api/2.0/mlflow/unity-catalog/registered-models/search`: all the caller may see. */
export interface SearchMlflowRegisteredModelsResponse {
  registered_models?: MlflowRegisteredModel[];
  next_page_token?: string;
}

/** `POST /api/2.0/mlflow/unity-catalog/model-versions/generate-temporary-credentials`. */
export interface MlflowModelVersionCredentialsResponse {
  credentials: {
    aws_temp_credentials: { access_key_id: string; secret_access_key: string; session_token: string };
    /** Milliseconds since the epoch. */
    expiration_time: number;
    storage_mode?: string;
  };
}
