import { TABLE_AND_KEYS, type FormerBody } from './former-body';

/** An unversioned path of the first public API, and the route that answers it now. */
export interface Alias {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** `:name` stands for one segment. */
  readonly path: string;
  /** The same `:name`s stand in it for the same segments. */
  readonly route: string;
  /** Parameters that have another name now, by the name they had. Errors tell of them by the name they were sent by. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Parameters the route is asked with, because the path always did what they ask for. */
  readonly adds?: Readonly<Record<string, string>>;
  /** Where the body, and what the path took in the query, is another one now. */
  readonly body?: FormerBody;
}

const BY_TABLE_PATH = { table_path: 'path' } as const;

/** Every alias there is. They are not part of the contract; whoever writes something new uses the routes on the right. */
export const ALIASES: readonly Alias[] = [
  { method: 'GET', path: '/api/user/me', route: '/api/v1/user/me' },
  { method: 'GET', path: '/api/user/me/workspace', route: '/api/v1/user/me/workspace' },
  { method: 'GET', path: '/api/user/me/data', route: '/api/v1/user/me/data' },
  { method: 'DELETE', path: '/api/user/me/data', route: '/api/v1/user/me/data' },
  { method: 'GET', path: '/api/user/auth/status', route: '/api/v1/user/auth/status' },
  { method: 'GET', path: '/api/user/permissions', route: '/api/v1/user/permissions' },

  { method: 'GET', path: '/api/preferences', route: '/api/v1/preferences' },
  { method: 'PUT', path: '/api/preferences', route: '/api/v1/preferences' },
  { method: 'POST', path: '/api/preferences', route: '/api/v1/preferences' },
  { method: 'DELETE', path: '/api/preferences/:key', route: '/api/v1/preferences/:key' },

  { method: 'GET', path: '/api/unity-catalog/catalogs', route: '/api/v1/unity-catalog/catalogs' },
  { method: 'GET', path: '/api/unity-catalog/schemas', route: '/api/v1/unity-catalog/schemas' },
  { method: 'GET', path: '/api/unity-catalog/volumes', route: '/api/v1/unity-catalog/volumes' },
  { method: 'POST', path: '/api/unity-catalog/volumes', route: '/api/v1/unity-catalog/volumes' },
  { method: 'GET', path: '/api/unity-catalog/table-names', route: '/api/v1/unity-catalog/table-names' },
  { method: 'GET', path: '/api/unity-catalog/tables', route: '/api/v1/unity-catalog/tables' },
  { method: 'GET', path: '/api/unity-catalog/tables/:full_name', route: '/api/v1/unity-catalog/tables/:full_name' },
  { method: 'GET', path: '/api/unity-catalog/search', route: '/api/v1/unity-catalog/search' },
  { method: 'GET', path: '/api/unity-catalog/warehouse', route: '/api/v1/unity-catalog/warehouse' },
  {
    method: 'POST',
    path: '/api/unity-catalog/query',
    route: '/api/v1/unity-catalog/query',
    adds: { wait_ms: '10000' },
  },
  { method: 'GET', path: '/api/unity-catalog/query/:id', route: '/api/v1/unity-catalog/query/:id' },
  { method: 'DELETE', path: '/api/unity-catalog/query/:id', route: '/api/v1/unity-catalog/query/:id' },
  { method: 'GET', path: '/api/unity-catalog/query/:id/content', route: '/api/v1/unity-catalog/query/:id/content' },
  { method: 'POST', path: '/api/unity-catalog/query/:id/export', route: '/api/v1/unity-catalog/query/:id/export' },
  {
    method: 'GET',
    path: '/api/unity-catalog/query/:id/exports/:export_id',
    route: '/api/v1/unity-catalog/query/:id/exports/:export_id',
  },
  {
    method: 'DELETE',
    path: '/api/unity-catalog/query/:id/exports/:export_id',
    route: '/api/v1/unity-catalog/query/:id/exports/:export_id',
  },
  { method: 'GET', path: '/api/unity-catalog/queries', route: '/api/v1/unity-catalog/queries' },
  { method: 'GET', path: '/api/unity-catalog/files', route: '/api/v1/unity-catalog/files' },
  { method: 'GET', path: '/api/unity-catalog/files/content', route: '/api/v1/unity-catalog/files/content' },
  { method: 'HEAD', path: '/api/unity-catalog/files/content', route: '/api/v1/unity-catalog/files/content' },
  { method: 'PUT', path: '/api/unity-catalog/files/content', route: '/api/v1/unity-catalog/files/content' },
  { method: 'GET', path: '/api/unity-catalog/files/preview', route: '/api/v1/unity-catalog/files/preview' },
  { method: 'DELETE', path: '/api/unity-catalog/files', route: '/api/v1/unity-catalog/files' },
  { method: 'PUT', path: '/api/unity-catalog/files/directory', route: '/api/v1/unity-catalog/files/directory' },
  { method: 'DELETE', path: '/api/unity-catalog/files/directory', route: '/api/v1/unity-catalog/files/directory' },
  { method: 'POST', path: '/api/unity-catalog/files/download-url', route: '/api/v1/unity-catalog/files/download-url' },
  { method: 'POST', path: '/api/unity-catalog/files/uploads', route: '/api/v1/unity-catalog/files/uploads' },
  { method: 'GET', path: '/api/unity-catalog/files/uploads/:id', route: '/api/v1/unity-catalog/files/uploads/:id' },
  { method: 'DELETE', path: '/api/unity-catalog/files/uploads/:id', route: '/api/v1/unity-catalog/files/uploads/:id' },
  {
    method: 'PUT',
    path: '/api/unity-catalog/files/uploads/:id/parts/:part',
    route: '/api/v1/unity-catalog/files/uploads/:id/parts/:part',
  },
  {
    method: 'POST',
    path: '/api/unity-catalog/files/uploads/:id/complete',
    route: '/api/v1/unity-catalog/files/uploads/:id/complete',
  },
  { method: 'GET', path: '/api/unity-catalog/projects', route: '/api/v1/unity-catalog/projects' },
  { method: 'POST', path: '/api/unity-catalog/projects', route: '/api/v1/unity-catalog/projects' },
  { method: 'GET', path: '/api/unity-catalog/projects/:slug', route: '/api/v1/unity-catalog/projects/:slug' },
  { method: 'PUT', path: '/api/unity-catalog/projects/:slug', route: '/api/v1/unity-catalog/projects/:slug' },

  { method: 'GET', path: '/api/delta/tables', route: '/api/v1/delta/tables/detail', renamed: BY_TABLE_PATH },
  { method: 'GET', path: '/api/delta/tables/schema', route: '/api/v1/delta/tables/schema', renamed: BY_TABLE_PATH },
  { method: 'GET', path: '/api/delta/tables/history', route: '/api/v1/delta/tables/history', renamed: BY_TABLE_PATH },
  { method: 'GET', path: '/api/delta/tables/preview', route: '/api/v1/delta/tables/preview', renamed: BY_TABLE_PATH },
  { method: 'POST', path: '/api/delta/tables', route: '/api/v1/delta/tables/detail', body: TABLE_AND_KEYS },
  { method: 'POST', path: '/api/delta/tables/schema', route: '/api/v1/delta/tables/schema', body: TABLE_AND_KEYS },
  { method: 'POST', path: '/api/delta/tables/history', route: '/api/v1/delta/tables/history', body: TABLE_AND_KEYS },
  { method: 'POST', path: '/api/delta/tables/preview', route: '/api/v1/delta/tables/preview', body: TABLE_AND_KEYS },

  { method: 'GET', path: '/api/s3/connections', route: '/api/v1/s3/connections' },
  { method: 'POST', path: '/api/s3/connections', route: '/api/v1/s3/connections' },
  { method: 'PATCH', path: '/api/s3/connections/:id', route: '/api/v1/s3/connections/:id' },
  { method: 'DELETE', path: '/api/s3/connections/:id', route: '/api/v1/s3/connections/:id' },
  { method: 'POST', path: '/api/s3/connections/:id/check', route: '/api/v1/s3/connections/:id/check' },
  { method: 'POST', path: '/api/s3/buckets', route: '/api/v1/s3/buckets' },
  { method: 'POST', path: '/api/s3/list', route: '/api/v1/s3/list' },
  { method: 'POST', path: '/api/s3/download-url', route: '/api/v1/s3/download-url' },

  { method: 'GET', path: '/api/model-serving/endpoints', route: '/api/v1/serving/endpoints' },
  { method: 'GET', path: '/api/model-serving/endpoints/:name', route: '/api/v1/serving/endpoints/:name' },
  {
    method: 'GET',
    path: '/api/model-serving/endpoints/:name/schema',
    route: '/api/v1/serving/endpoints/:name/schema',
  },
  {
    method: 'POST',
    path: '/api/model-serving/endpoints/:name/invocations',
    route: '/api/v1/serving/endpoints/:name/invocations',
  },
  {
    method: 'GET',
    path: '/api/model-serving/endpoints/:name/metrics',
    route: '/api/v1/serving/endpoints/:name/metrics',
  },
  {
    method: 'GET',
    path: '/api/model-serving/endpoints/:name/logs',
    route: '/api/v1/serving/endpoints/:name/logs',
  },
  {
    method: 'POST',
    path: '/api/model-serving/endpoints/:name/stream',
    route: '/api/v1/serving/endpoints/:name/stream',
  },
  { method: 'GET', path: '/api/model-serving/logs', route: '/api/v1/serving/logs' },
  { method: 'DELETE', path: '/api/model-serving/logs', route: '/api/v1/serving/logs' },
  { method: 'GET', path: '/api/model-serving/logs/:request_id', route: '/api/v1/serving/logs/:request_id' },
  {
    method: 'POST',
    path: '/api/model-serving/logs/:request_id/rerun',
    route: '/api/v1/serving/logs/:request_id/rerun',
  },
  {
    method: 'GET',
    path: '/api/model-serving/invocations/:request_id',
    route: '/api/v1/serving/invocations/:request_id',
  },

  { method: 'GET', path: '/api/guidewire/jobs', route: '/api/v1/jobs' },
  { method: 'POST', path: '/api/guidewire/jobs/start', route: '/api/v1/jobs' },
  { method: 'GET', path: '/api/guidewire/jobs/:id', route: '/api/v1/jobs/:id' },
  { method: 'DELETE', path: '/api/guidewire/jobs/:id', route: '/api/v1/jobs/:id' },
  {
    method: 'GET',
    path: '/api/guidewire/jobs/:id/ray-logs',
    route: '/api/v1/jobs/:id/logs',
    adds: { named: 'false' },
  },

  { method: 'GET', path: '/api/metrics/performance', route: '/api/v1/metrics/performance' },
  { method: 'GET', path: '/api/metrics/usage', route: '/api/v1/metrics/usage' },
  { method: 'GET', path: '/api/metrics/time-series', route: '/api/v1/metrics/time-series' },
  { method: 'GET', path: '/api/metrics/usage/count', route: '/api/v1/metrics/usage/count' },
  { method: 'POST', path: '/api/metrics/usage-events', route: '/api/v1/metrics/usage-events' },

  { method: 'GET', path: '/api/health/database', route: '/api/v1/lakebase/health' },
];
