/** Fields every Unity Catalog securable carries (`/api/2.1/unity-catalog`). Times are epoch milliseconds. */
export interface SecurableInfo {
  name?: string;
  full_name?: string;
  comment?: string;
  owner?: string;
  metastore_id?: string;
  securable_type?: string;
  /** True when the caller holds only BROWSE: most other fields are then missing. */
  browse_only?: boolean;
  created_at?: number;
  created_by?: string;
  updated_at?: number;
  updated_by?: string;
}

/** `GET /catalogs/{name}` and the items of `GET /catalogs`. */
export interface CatalogInfo extends SecurableInfo {
  catalog_type?: string;
  storage_root?: string;
  storage_location?: string;
  isolation_mode?: string;
  properties?: Record<string, string>;
}

/** `GET /schemas/{catalog.schema}` and the items of `GET /schemas`. */
export interface SchemaInfo extends SecurableInfo {
  catalog_name?: string;
  catalog_type?: string;
  schema_id?: string;
  storage_root?: string;
  storage_location?: string;
  properties?: Record<string, string>;
}

/** `GET /volumes/{catalog.schema.volume}` and the items of `GET /volumes`. */
export interface VolumeInfo extends SecurableInfo {
  catalog_name?: string;
  schema_name?: string;
  volume_id?: string;
  volume_type?: string;
  storage_location?: string;
}

/**
 * A column of a table. `type_name` is one of the platform's (`LONG`, `DECIMAL`, `STRUCT` ...), `type_text` is SQL in lower
 * case, `type_json` one field of a Spark schema. For nested types only the last two say everything.
 */
export interface ColumnInfo {
  name?: string;
  position?: number;
  type_name?: string;
  type_text?: string;
  type_json?: string;
  type_precision?: number;
  type_scale?: number;
  nullable?: boolean;
  comment?: string;
  /** Place among the partition columns; absent for all others. */
  partition_index?: number;
}

/** `GET /tables/{catalog.schema.table}` and the items of `GET /tables`. */
export interface TableInfo extends SecurableInfo {
  catalog_name?: string;
  schema_name?: string;
  table_id?: string;
  /** `MANAGED`, `EXTERNAL`, `VIEW`, `MATERIALIZED_VIEW`, `STREAMING_TABLE`, `FOREIGN` ... */
  table_type?: string;
  data_source_format?: string;
  columns?: ColumnInfo[];
  storage_location?: string;
  view_definition?: string;
  properties?: Record<string, string>;
}

/** A page of `GET /tables?catalog_name=&schema_name=`. */
export interface ListTablesResponse {
  tables?: TableInfo[];
  next_page_token?: string;
}

/** An item of `GET /table-summaries`. */
export interface TableSummary {
  full_name?: string;
  table_type?: string;
}

/** A page of `GET /table-summaries?catalog_name=`. */
export interface ListTableSummariesResponse {
  tables?: TableSummary[];
  next_page_token?: string;
}

/** `GET /tables/{catalog.schema.table}/exists`. */
export interface TableExistsResponse {
  table_exists?: boolean;
}

/** A parameter of a function, or a column of the table it returns. */
export interface FunctionParameterInfo {
  name?: string;
  position?: number;
  type_name?: string;
  type_text?: string;
  type_json?: string;
  type_precision?: number;
  type_scale?: number;
  parameter_mode?: string;
  parameter_type?: string;
  parameter_default?: string;
  comment?: string;
}

export interface FunctionParameterInfos {
  parameters?: FunctionParameterInfo[];
}

/** `GET /functions/{catalog.schema.function}` and the items of `GET /functions`. */
export interface FunctionInfo extends SecurableInfo {
  catalog_name?: string;
  schema_name?: string;
  function_id?: string;
  input_params?: FunctionParameterInfos;
  return_params?: FunctionParameterInfos;
  data_type?: string;
  full_data_type?: string;
  routine_body?: string;
  routine_definition?: string;
  external_language?: string;
  external_name?: string;
  parameter_style?: string;
  is_deterministic?: boolean;
  is_null_call?: boolean;
  sql_data_access?: string;
  sql_path?: string;
  security_type?: string;
  specific_name?: string;
  /** A map as JSON text, unlike the properties of everything else. */
  properties?: string;
}

/** A page of `GET /functions?catalog_name=&schema_name=`. */
export interface ListFunctionsResponse {
  functions?: FunctionInfo[];
  next_page_token?: string;
}

/** Body of `POST /api/2.0/unity-catalog/temporary-table-credentials`; `operation` is `READ` or `READ_WRITE`. */
export interface TemporaryTableCredentialsRequest {
  table_id?: string;
  operation?: string;
}

/** Body of `POST /api/2.0/unity-catalog/temporary-path-credentials`; `operation`: `PATH_READ`, `PATH_READ_WRITE`, `PATH_CREATE_TABLE`. */
export interface TemporaryPathCredentialsRequest {
  url?: string;
  operation?: string;
  /** Answers whether there would be keys, without any. */
  dry_run?: boolean;
}

/** Body of `POST /api/2.0/unity-catalog/temporary-volume-credentials`; `operation`: `READ_VOLUME` or `WRITE_VOLUME`. */
export interface TemporaryVolumeCredentialsRequest {
  volume_id?: string;
  operation?: string;
}

/** Keys for the storage of a table, a volume or a path; on other clouds another field stands in the place of `aws_temp_credentials`. */
export interface TemporaryStorageCredentials {
  url?: string;
  /** Epoch milliseconds. */
  expiration_time?: number;
  aws_temp_credentials?: {
    access_key_id?: string;
    secret_access_key?: string;
    session_token?: string;
    access_point?: string;
  };
  azure_user_delegation_sas?: { sas_token?: string };
  azure_aad?: { aad_token?: string };
  gcp_oauth_token?: { oauth_token?: string };
  r2_temp_credentials?: { access_key_id?: string; secret_access_key?: string; session_token?: string };
}

export type TemporaryTableCredentials = TemporaryStorageCredentials;

/** A page of `GET /catalogs`. The list is absent when empty; an empty page may still carry a `next_page_token`. */
export interface ListCatalogsResponse {
  catalogs?: CatalogInfo[];
  next_page_token?: string;
}

/** A page of `GET /schemas?catalog_name=`. */
export interface ListSchemasResponse {
  schemas?: SchemaInfo[];
  next_page_token?: string;
}

/** A page of `GET /volumes?catalog_name=&schema_name=`. */
export interface ListVolumesResponse {
  volumes?: VolumeInfo[];
  next_page_token?: string;
}

/** Body of `POST /volumes`; the answer is the `VolumeInfo`. A managed volume has no `storage_location` of its own. */
export interface CreateVolumeRequest {
  catalog_name?: string;
  schema_name?: string;
  name?: string;
  volume_type?: string;
  storage_location?: string;
  comment?: string;
}

/** `GET /current-metastore-assignment`. */
export interface MetastoreAssignment {
  metastore_id?: string;
  workspace_id?: number;
  default_catalog_name?: string;
}

/** `GET /metastore_summary`. */
export interface MetastoreSummary {
  metastore_id?: string;
  name?: string;
  cloud?: string;
  region?: string;
  global_metastore_id?: string;
  /** Whether temporary credentials for tables are given at all. */
  external_access_enabled?: boolean;
  owner?: string;
  default_data_access_config_id?: string;
  created_at?: number;
  created_by?: string;
  updated_at?: number;
  updated_by?: string;
}

/** Who holds which privileges on a securable itself: `GET /permissions/{type}/{full_name}`. */
export interface PrivilegeAssignment {
  principal?: string;
  privileges?: string[];
}

export interface PermissionsList {
  privilege_assignments?: PrivilegeAssignment[];
  next_page_token?: string;
}

/** Body of `PATCH /permissions/{type}/{full_name}`; the answer is a `PermissionsList`. */
export interface UpdatePermissionsRequest {
  changes?: { principal?: string; add?: string[]; remove?: string[] }[];
}

/** One privilege and, when it is inherited, from where. */
export interface EffectivePrivilege {
  privilege?: string;
  inherited_from_type?: string;
  inherited_from_name?: string;
}

/** `GET /effective-permissions/{type}/{full_name}`. */
export interface EffectivePermissionsList {
  privilege_assignments?: { principal?: string; privileges?: EffectivePrivilege[] }[];
  next_page_token?: string;
}

/** `GET /external-locations/{name}`: a place in a bucket that tables and volumes may lie in. */
export interface ExternalLocationInfo extends SecurableInfo {
  url?: string;
  credential_id?: string;
  credential_name?: string;
  read_only?: boolean;
  isolation_mode?: string;
  fallback?: boolean;
}

/** A page of `GET /external-locations`. */
export interface ListExternalLocationsResponse {
  external_locations?: ExternalLocationInfo[];
  next_page_token?: string;
}

/** `GET /storage-credentials/{name}`: how the platform reaches buckets. On other clouds another field stands for the role. */
export interface StorageCredentialInfo extends SecurableInfo {
  id?: string;
  aws_iam_role?: { role_arn?: string; external_id?: string; unity_catalog_iam_arn?: string };
  read_only?: boolean;
  used_for_managed_storage?: boolean;
  isolation_mode?: string;
}

/** A page of `GET /storage-credentials`. */
export interface ListStorageCredentialsResponse {
  storage_credentials?: StorageCredentialInfo[];
  next_page_token?: string;
}

/** A name for one version of a registered model. */
export interface RegisteredModelAlias {
  alias_name?: string;
  version_num?: number;
}

/** `GET /models/{catalog.schema.model}` and the items of `GET /models`; aliases only when they are asked for. */
export interface RegisteredModelInfo extends SecurableInfo {
  catalog_name?: string;
  schema_name?: string;
  storage_location?: string;
  aliases?: RegisteredModelAlias[];
}

/** A page of `GET /models`. */
export interface ListRegisteredModelsResponse {
  registered_models?: RegisteredModelInfo[];
  next_page_token?: string;
}

export type ModelVersionStatus = 'PENDING_REGISTRATION' | 'READY' | 'FAILED_REGISTRATION';

/** `GET /models/{catalog.schema.model}/versions/{n}` and the items of their list; versions count from 1. */
export interface ModelVersionInfo {
  model_name?: string;
  catalog_name?: string;
  schema_name?: string;
  version?: number;
  id?: string;
  status?: ModelVersionStatus;
  source?: string;
  run_id?: string;
  run_workspace_id?: number;
  storage_location?: string;
  aliases?: RegisteredModelAlias[];
  comment?: string;
  metastore_id?: string;
  created_at?: number;
  created_by?: string;
  updated_at?: number;
  updated_by?: string;
}

/** A page of `GET /models/{catalog.schema.model}/versions`. */
export interface ListModelVersionsResponse {
  model_versions?: ModelVersionInfo[];
  next_page_token?: string;
}
