/** Whether an app has a machine: `ACTIVE|STARTING|STOPPING|STOPPED|UPDATING|DELETING|ERROR`. */
export interface AppComputeStatus {
  state?: string;
  message?: string;
}

/** Whether the app answers: `RUNNING|DEPLOYING|CRASHED|UNAVAILABLE`. */
export interface AppApplicationStatus {
  state?: string;
  message?: string;
}

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
  compute_status?: AppComputeStatus;
  app_status?: AppApplicationStatus;
  /** What runs. */
  active_deployment?: AppDeployment;
  /** What is being started beside it. */
  pending_deployment?: AppDeployment;
  resources?: AppResource[];
  service_principal_id?: number;
  service_principal_client_id?: string;
  service_principal_name?: string;
  oauth2_app_client_id?: string;
  /** What the app asks for on behalf of its users. */
  user_api_scopes?: string[];
  /** What the platform made of it, with the scopes every app has. */
  effective_user_api_scopes?: string[];
  compute_size?: string;
  default_source_code_path?: string;
}

/** A page of `GET /api/2.0/apps`. */
export interface ListAppsResponse {
  apps?: DatabricksApp[];
  next_page_token?: string;
}

/** What an app needs of the workspace; exactly one of the kinds is there. `name` is what `valueFrom` says. */
export interface AppResource {
  name?: string;
  description?: string;
  sql_warehouse?: { id?: string; permission?: string };
  serving_endpoint?: { name?: string; permission?: string };
  secret?: { scope?: string; key?: string; permission?: string };
  database?: { instance_name?: string; database_name?: string; permission?: string };
  postgres?: { branch?: string; database?: string; permission?: string };
  job?: { id?: string; permission?: string };
  uc_securable?: { securable_full_name?: string; securable_type?: string; permission?: string };
  experiment?: { experiment_id?: string; permission?: string };
  genie_space?: { name?: string; space_id?: string; permission?: string };
  app?: { name?: string; permission?: string };
}

/** A variable of an app's environment; answers never say the value. */
export interface AppEnvVar {
  name?: string;
  value?: string;
  /** The name of a resource of the app. */
  value_from?: string;
}

/** A deployment of an app, as asked for and as answered. */
export interface AppDeployment {
  deployment_id?: string;
  source_code_path?: string;
  mode?: string;
  command?: string[];
  env_vars?: AppEnvVar[];
  creator?: string;
  create_time?: string;
  update_time?: string;
  /** `IN_PROGRESS|SUCCEEDED|FAILED|CANCELLED`, and why. */
  status?: { state?: string; message?: string };
  /** Where the copy lies that runs. */
  deployment_artifacts?: { source_code_path?: string };
}

/** A page of `GET /api/2.0/apps/{name}/deployments`, newest first. */
export interface ListAppDeploymentsResponse {
  app_deployments?: AppDeployment[];
  next_page_token?: string;
}

/** `POST /api/2.0/apps/{name}/update`: only the fields that the mask names are changed. */
export interface AsyncUpdateAppRequest {
  app?: DatabricksApp;
  update_mask?: string;
}

/** How that went: `IN_PROGRESS|SUCCEEDED|FAILED|NOT_UPDATED`. */
export interface AppUpdate {
  status?: { state?: string; message?: string };
}
