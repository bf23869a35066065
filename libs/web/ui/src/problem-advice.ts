/** What somebody can do about a problem whose own text does not already say so. Keyed by the API's closed list of codes. */
export function problemAdvice(code: string): string | undefined {
  switch (code) {
    case 'AUTH_MISSING':
    case 'AUTH_MALFORMED':
    case 'AUTH_INVALID':
    case 'AUTH_EXPIRED':
      return $localize`Reload the page to sign in again.`;
    case 'AUTH_RATE_LIMITED':
    case 'RATE_LIMITED':
      return $localize`The platform asks for a pause. Wait a moment, then retry.`;
    case 'SCOPE_MISSING':
      return $localize`Ask the owner of this app to grant the named scope, then sign in again.`;
    case 'PERMISSION_DENIED':
    case 'CATALOG_PERMISSION_DENIED':
      return $localize`Ask the owner of the object for access, or choose another one.`;
    case 'NOT_FOUND':
    case 'TABLE_NOT_FOUND':
      return $localize`Check the path for typing errors, or go one level up and choose from the list.`;
    case 'VERSION_NOT_FOUND':
      return $localize`Choose a version from the history, or go back to the latest one.`;
    case 'UNSUPPORTED_TABLE_FEATURE':
      return $localize`Overview, schema and history stay available. Read the rows with an engine that knows this feature.`;
    case 'TABLE_CORRUPT':
      return $localize`Open an older version that can still be reconstructed, or restore the missing log files.`;
    case 'LAKEBASE_NOT_CONFIGURED':
      return $localize`Everything that needs no database keeps working.`;
    case 'DATABASE_UNAVAILABLE':
    case 'SERVICE_UNAVAILABLE':
    case 'UPSTREAM_ERROR':
    case 'UPSTREAM_TIMEOUT':
    case 'AUTH_USER_IDENTITY_FAILED':
    case 'UNREACHABLE':
      return $localize`This is usually over soon. Retry in a moment.`;
    case 'INTERNAL':
    case 'UNEXPECTED_ANSWER':
      return $localize`Retry. If it happens again, report it with the correlation id.`;
    default:
      return undefined;
  }
}
