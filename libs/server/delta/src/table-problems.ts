import { ApiProblems, type ErrorCode } from '@lakescope/server-http';

/** Documents what any view of a table can answer besides the codes of its own. */
export function ApiTableProblems(...own: ErrorCode[]): MethodDecorator {
  return ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'UNSUPPORTED_STORAGE',
    'CATALOG_PERMISSION_DENIED',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
    // Of S3 connections, which lie in the database.
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    ...own,
  );
}

/** What views answer besides, where only the SQL warehouse can read the table. */
export const OF_WAREHOUSE = ['WAREHOUSE_STOPPED', 'WAREHOUSE_NOT_CONFIGURED'] as const satisfies readonly ErrorCode[];
