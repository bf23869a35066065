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
}

/** A page of `GET /api/2.0/apps`. */
export interface ListAppsResponse {
  apps?: DatabricksApp[];
  next_page_token?: string;
}
