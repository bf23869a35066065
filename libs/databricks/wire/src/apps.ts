/** `GET /api/2.0/apps/{name}`, the fields clients read. Every field may be missing. */
export interface DatabricksApp {
  name?: string;
  id?: string;
  url?: string;
  description?: string;
  creator?: string;
  /** RFC 3339, like all times of this API. */
  create_time?: string;
  update_time?: string;
  updater?: string;
  compute_status?: { state?: string; message?: string };
  app_status?: { state?: string; message?: string };
  service_principal_id?: number;
  service_principal_client_id?: string;
  service_principal_name?: string;
  /** What the app asks for on behalf of its users. */
  user_api_scopes?: string[];
  /** What the platform made of it, with the scopes every app has. */
  effective_user_api_scopes?: string[];
  /** What the app may use, each by a key that `valueFrom` of its environment names. */
  resources?: AppResource[];
  /** The deployment that runs, or ran last. */
  active_deployment?: AppDeployment;
  /** The deployment that is under way. */
  pending_deployment?: AppDeployment;
  /** Folder of the newest deployment. */
  default_source_code_path?: string;
  compute_size?: string;
}

/** Something the app may use; exactly one of the objects beside name and description. */
export interface AppResource {
  /** The key, unique in the app. */
  name?: string;
  description?: string;
  database?: { instance_name?: string; database_name?: string; permission?: string };
  postgres?: { branch?: string; database?: string; permission?: string };
  sql_warehouse?: { id?: string; permission?: string };
  secret?: { scope?: string; key?: string; permission?: string };
  serving_endpoint?: { name?: string; permission?: string };
  job?: { id?: string; permission?: string };
  uc_securable?: { securable_full_name?: string; securable_type?: string; permission?: string };
}

/** One variable of a deployment; answers do not show its value. */
export interface AppEnvVar {
  name?: string;
  value?: string;
  /** Key of a resource of the app. */
  value_from?: string;
}

/** Body of `POST /api/2.0/apps/{name}/deployments`. `command` and `env_vars` come before what the folder's app.yaml says. */
export interface CreateAppDeploymentRequest {
  source_code_path?: string;
  mode?: 'SNAPSHOT' | 'AUTO_SYNC';
  command?: string[];
  env_vars?: AppEnvVar[];
}

/** `GET /api/2.0/apps/{name}/deployments/{id}`. */
export interface AppDeployment extends CreateAppDeploymentRequest {
  deployment_id?: string;
  status?: { state?: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS' | 'CANCELLED'; message?: string };
  /** Where the platform keeps its copy of the source. */
  deployment_artifacts?: { source_code_path?: string };
  creator?: string;
  create_time?: string;
  update_time?: string;
}

/** A page of `GET /api/2.0/apps/{name}/deployments`, newest first. */
export interface ListAppDeploymentsResponse {
  app_deployments?: AppDeployment[];
  next_page_token?: string;
}

/** A page of `GET /api/2.0/apps`. */
export interface ListAppsResponse {
  apps?: DatabricksApp[];
  next_page_token?: string;
}
