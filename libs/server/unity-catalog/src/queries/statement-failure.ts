import { PlatformError, type StatementResponse } from '@lakescope/databricks-client';
import { redactText } from '@lakescope/server-http';
import type { QueryFailure, QueryFailureCode } from './query-record';

const LONGEST_MESSAGE = 2_000;

/** What is wrong, by the class in brackets that the platform's message begins with. */
const BY_CLASS: readonly (readonly [RegExp, QueryFailureCode, string])[] = [
  [
    /\[(?:TABLE_OR_VIEW_NOT_FOUND|SCHEMA_NOT_FOUND|NO_SUCH_CATALOG_EXCEPTION|DELTA_TABLE_NOT_FOUND|PATH_NOT_FOUND)/,
    'TABLE_NOT_FOUND',
    'The table is not there any more, or you may not see it.',
  ],
  [
    /\[(?:INSUFFICIENT_PERMISSIONS|UC_NOT_AUTHORIZED|PERMISSION_DENIED)|does not have \w+ on|PERMISSION_DENIED/,
    'CATALOG_PERMISSION_DENIED',
    'You may not read the table. Ask its owner for SELECT on it, and for USE CATALOG and USE SCHEMA above it.',
  ],
  [
    /\[OUT_OF_MEMORY/,
    'INVALID_QUERY',
    'The warehouse has not enough memory for this. Ask for fewer columns or fewer rows at once, or for a larger warehouse.',
  ],
];
const BY_CODE: Readonly<Record<string, QueryFailureCode>> = {
  BAD_REQUEST: 'INVALID_QUERY',
  NOT_FOUND: 'TABLE_NOT_FOUND',
  RESOURCE_EXHAUSTED: 'RATE_LIMITED',
  TEMPORARILY_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  WORKSPACE_TEMPORARILY_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  SERVICE_UNDER_MAINTENANCE: 'SERVICE_UNAVAILABLE',
  DEADLINE_EXCEEDED: 'SERVICE_UNAVAILABLE',
};

/** What a statement that FAILED says to the person who asked; such an answer is HTTP 200. */
export function statementFailure({ status }: StatementResponse): QueryFailure {
  const said = redactText(status.error?.message ?? 'The SQL warehouse gave no reason.').slice(0, LONGEST_MESSAGE);
  const known = BY_CLASS.find(([pattern]) => pattern.test(said));
  return {
    error_code: known?.[1] ?? BY_CODE[status.error?.error_code ?? ''] ?? 'UPSTREAM_ERROR',
    message: known === undefined ? said : `${known[2]} ${said}`,
    sql_state: status.sql_state ?? null,
  };
}

/** INLINE ends at 25 MiB, and says so without an error class. */
export function isTooLargeForInline({ status }: StatementResponse): boolean {
  return /inline byte limit exceeded/i.test(status.error?.message ?? '');
}

/** What is kept of a statement that the platform would not take. */
export function refusedStatement(error: unknown): QueryFailure {
  if (!(error instanceof PlatformError)) {
    return {
      error_code: 'INTERRUPTED',
      message: 'The query could not be handed to the SQL warehouse.',
      sql_state: null,
    };
  }
  const code: QueryFailureCode =
    error.kind === 'rate_limited'
      ? 'RATE_LIMITED'
      : error.kind === 'unavailable' || error.kind === 'timeout'
        ? 'SERVICE_UNAVAILABLE'
        : error.kind === 'bad_request'
          ? 'INVALID_QUERY'
          : 'UPSTREAM_ERROR';
  return { error_code: code, message: redactText(error.message).slice(0, LONGEST_MESSAGE), sql_state: null };
}
