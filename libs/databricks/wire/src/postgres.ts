/** A Lakebase Autoscaling project: `GET /api/2.0/postgres/{name}`, name `projects/<p>`. What was asked for is echoed empty, what is lies in `status`. */
export interface PostgresProject {
  name?: string;
  uid?: string;
  create_time?: string;
  update_time?: string;
  status?: { display_name?: string; pg_version?: number; owner?: string };
}

export type PostgresBranchState = 'INIT' | 'READY' | 'ARCHIVED' | 'IMPORTING' | 'RESETTING' | 'DELETED';

/** A branch of a project: name `projects/<p>/branches/<b>`. */
export interface PostgresBranch {
  name?: string;
  uid?: string;
  parent?: string;
  create_time?: string;
  update_time?: string;
  status?: { current_state?: PostgresBranchState; default?: boolean; is_protected?: boolean };
}

export type PostgresEndpointState = 'INIT' | 'ACTIVE' | 'IDLE' | 'DEGRADED';

/** What computes a branch: name `projects/<p>/branches/<b>/endpoints/<e>`. An idle one wakes when somebody connects. Hosts carry no port. */
export interface PostgresEndpoint {
  name?: string;
  uid?: string;
  parent?: string;
  create_time?: string;
  update_time?: string;
  status?: {
    endpoint_id?: string;
    endpoint_type?: string;
    current_state?: PostgresEndpointState;
    hosts?: { host?: string; read_write_pooled_host?: string; read_only_host?: string };
    autoscaling_limit_min_cu?: number;
    autoscaling_limit_max_cu?: number;
    suspend_timeout_duration?: string;
    disabled?: boolean;
  };
}

/** Pages of the three collections. */
export interface ListPostgresProjectsResponse {
  projects?: PostgresProject[];
  next_page_token?: string;
}

export interface ListPostgresBranchesResponse {
  branches?: PostgresBranch[];
  next_page_token?: string;
}

export interface ListPostgresEndpointsResponse {
  endpoints?: PostgresEndpoint[];
  next_page_token?: string;
}

/** `POST /api/2.0/postgres/credentials`. */
export interface GeneratePostgresCredentialRequest {
  endpoint: string;
  /** 300 s to 3600 s, as `"3600s"`. */
  ttl?: string;
  expire_time?: string;
}

/** A short-lived database password of an endpoint. */
export interface PostgresCredential {
  token: string;
  /** RFC 3339. */
  expire_time: string;
}
