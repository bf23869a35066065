export type DatabaseInstanceState = 'STARTING' | 'AVAILABLE' | 'UPDATING' | 'FAILING_OVER' | 'STOPPED' | 'DELETING';

/** A Lakebase Provisioned instance: `GET /api/2.0/database/instances/{name}`. DNS names carry no port. */
export interface DatabaseInstance {
  name?: string;
  uid?: string;
  state?: DatabaseInstanceState;
  capacity?: string;
  pg_version?: string;
  read_write_dns?: string;
  read_only_dns?: string;
  creator?: string;
  creation_time?: string;
  node_count?: number;
  stopped?: boolean;
  effective_stopped?: boolean;
  effective_node_count?: number;
  effective_retention_window_in_days?: number;
  effective_capacity?: string;
  effective_enable_pg_native_login?: boolean;
  effective_enable_readable_secondaries?: boolean;
}

/** A page of `GET /api/2.0/database/instances`. */
export interface ListDatabaseInstancesResponse {
  database_instances?: DatabaseInstance[];
  next_page_token?: string;
}

/** `POST /api/2.0/database/credentials`. */
export interface GenerateDatabaseCredentialRequest {
  instance_names: string[];
  request_id?: string;
  claims?: { permission_set?: string; resources?: { table_name?: string }[] }[];
}

/** A short-lived database password. Provisioned says `expiration_time`, Autoscaling says `expire_time`. */
export interface DatabaseCredential {
  token: string;
  /** RFC 3339. */
  expiration_time: string;
}
