import { type QueryErrorDto } from '@lakescope/web-api';
import { problemAdvice, type ProblemView } from '@lakescope/web-ui';

const TITLES: Readonly<Record<string, string>> = {
  TABLE_NOT_FOUND: $localize`The table was not found`,
  CATALOG_PERMISSION_DENIED: $localize`You may not read this table`,
  INVALID_QUERY: $localize`The warehouse does not take this query`,
  RATE_LIMITED: $localize`The warehouse has too much to do`,
  SERVICE_UNAVAILABLE: $localize`The warehouse is not available`,
  RESULT_EXPIRED: $localize`The result is no longer kept`,
};
const ADVICE: Readonly<Record<string, string>> = {
  INVALID_QUERY: $localize`Read what the warehouse says, change the conditions or the order, and run it again.`,
  RESULT_EXPIRED: $localize`Warehouses keep results for an hour. Run the query again.`,
  TABLE_NOT_FOUND: $localize`Reload the page, or choose another table in the catalog.`,
};
const UNKNOWN = $localize`The query failed`;

/** A query that FAILED, which is no failed request, as the problem that it is for the person who asked. */
export function failedQuery(error: QueryErrorDto | null | undefined): ProblemView {
  const code = error?.error_code ?? 'UPSTREAM_ERROR';
  const suggestion = ADVICE[code] ?? problemAdvice(code);
  const detail = error?.message ?? $localize`The warehouse gave no reason.`;
  return {
    title: TITLES[code] ?? UNKNOWN,
    detail: suggestion === undefined ? detail : `${detail} ${suggestion}`,
    code: error?.sql_state ? `${code} · ${error.sql_state}` : code,
    correlationId: undefined,
  };
}
