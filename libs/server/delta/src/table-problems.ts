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
    ...own,
  );
}
