export type WarehouseState = 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'DELETING' | 'DELETED';

export type WarehouseType = 'CLASSIC' | 'PRO';

/** A SQL warehouse: `GET /api/2.0/sql/warehouses/{id}`. Its id has 16 hexadecimal digits. */
export interface Warehouse {
  id?: string;
  name?: string;
  state?: WarehouseState;
  cluster_size?: string;
  min_num_clusters?: number;
  max_num_clusters?: number;
  num_clusters?: number;
  num_active_sessions?: number;
  /** Minutes without a statement until it stops; 0 means never. */
  auto_stop_mins?: number;
  warehouse_type?: WarehouseType;
  enable_serverless_compute?: boolean;
  enable_photon?: boolean;
  spot_instance_policy?: string;
  creator_name?: string;
  jdbc_url?: string;
  odbc_params?: { hostname?: string; path?: string; port?: number; protocol?: string };
  health?: { status?: string };
  channel?: { name?: string };
  tags?: { custom_tags?: { key?: string; value?: string }[] };
}

/** A page of `GET /api/2.0/sql/warehouses`. */
export interface ListWarehousesResponse {
  warehouses?: Warehouse[];
  next_page_token?: string;
}

/** `POST /api/2.0/sql/warehouses`; an edit takes the same fields, all of them optional. */
export interface CreateWarehouseRequest {
  name: string;
  cluster_size: string;
  min_num_clusters?: number;
  max_num_clusters?: number;
  auto_stop_mins?: number;
  warehouse_type?: WarehouseType;
  enable_serverless_compute?: boolean;
  enable_photon?: boolean;
  spot_instance_policy?: string;
  channel?: { name?: string };
  tags?: { custom_tags?: { key?: string; value?: string }[] };
}

export interface CreateWarehouseResponse {
  id: string;
}

/** One entry of the bare array that the legacy `GET /api/2.0/preview/sql/data_sources` answers. */
export interface DataSource {
  id: string;
  name: string;
  warehouse_id: string;
}

export type Disposition = 'INLINE' | 'EXTERNAL_LINKS';

/** ARROW_STREAM and CSV come with EXTERNAL_LINKS; some warehouses have ARROW_STREAM, and it alone, for INLINE. */
export type ResultFormat = 'JSON_ARRAY' | 'ARROW_STREAM' | 'CSV';

/** A value for `:name` in the statement: always text; without a value NULL, without a type STRING. */
export interface StatementParameter {
  name: string;
  value?: string | null;
  type?: string;
}

/** `POST /api/2.0/sql/statements`. */
export interface ExecuteStatementRequest {
  warehouse_id: string;
  statement: string;
  catalog?: string;
  schema?: string;
  parameters?: StatementParameter[];
  row_limit?: number;
  byte_limit?: number;
  disposition?: Disposition;
  format?: ResultFormat;
  /** `0s`, or `5s` to `50s`; the platform's default is `10s`. */
  wait_timeout?: string;
  on_wait_timeout?: 'CONTINUE' | 'CANCEL';
}

export type StatementState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'CLOSED';

/** A statement that failed says so here: the answer itself is HTTP 200. */
export interface StatementStatus {
  state: StatementState;
  error?: { error_code?: string; message?: string };
  sql_state?: string;
}

/** `type_text` is upper case here, and lower case in Unity Catalog. */
export interface ResultColumn {
  name: string;
  position: number;
  type_name: string;
  type_text: string;
  type_precision?: number;
  type_scale?: number;
  type_interval_type?: string;
}

export interface ResultChunk {
  chunk_index: number;
  row_offset: number;
  row_count: number;
  byte_count?: number;
}

export interface ResultManifest {
  format: ResultFormat;
  schema: { column_count: number; columns?: ResultColumn[] };
  total_chunk_count: number;
  chunks?: ResultChunk[];
  total_row_count: number;
  total_byte_count?: number;
  /** Rows are missing because of the row limit or the byte limit. */
  truncated: boolean;
}

/** Where a chunk is to be fetched, without the Authorization header, before it expires (RFC 3339). */
export interface ExternalLink extends ResultChunk {
  external_link: string;
  expiration: string;
  http_headers?: Record<string, string>;
  next_chunk_index?: number;
  next_chunk_internal_link?: string;
}

/**
 * One chunk of a result; empty when there are no rows. It is also the whole answer of
 * `GET /api/2.0/sql/statements/{id}/result/chunks/{index}`. Cells are text or null, numbers and booleans too.
 */
export interface StatementResult extends Partial<ResultChunk> {
  next_chunk_index?: number;
  next_chunk_internal_link?: string;
  data_array?: (string | null)[][];
  /** Of warehouses that answer INLINE in Arrow's streaming format: its bytes in Base64, in place of `data_array`. */
  attachment?: string;
  external_links?: ExternalLink[];
}

/** `POST /api/2.0/sql/statements` and `GET /api/2.0/sql/statements/{id}`. */
export interface StatementResponse {
  statement_id: string;
  status: StatementStatus;
  manifest?: ResultManifest;
  result?: StatementResult;
}
