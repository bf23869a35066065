/** What somebody can do about a problem whose own text does not already say so. Keyed by the API's closed list of codes. */
export function problemAdvice(code: string, details: Readonly<Record<string, unknown>> = {}): string | undefined {
  switch (code) {
    case 'AUTH_MISSING':
    case 'AUTH_MALFORMED':
      return $localize`Reload the page to sign in again.`;
    case 'AUTH_RATE_LIMITED':
    case 'RATE_LIMITED':
      return $localize`The platform asks for a pause. Wait a moment, then retry.`;
    case 'SCOPE_MISSING':
      return $localize`Ask the owner of this app to grant the named scope, then sign in again.`;
    case 'PERMISSION_DENIED':
    case 'CATALOG_PERMISSION_DENIED':
      return $localize`Ask the owner of the object for access, or choose another one.`;
    case 'ADMIN_REQUIRED':
      return $localize`Ask a workspace admin to add you to one of the groups that administer this app, then check again.`;
    case 'ADMIN_CHECK_FAILED':
      return $localize`Until the platform answers, nobody is taken for an admin. Retry in a moment.`;
    case 'PRECONDITION_FAILED':
      return $localize`It was changed elsewhere meanwhile. Reload it, then decide again.`;
    case 'NOT_FOUND':
    case 'TABLE_NOT_FOUND':
      return $localize`Check the path for typing errors, or go one level up and choose from the list.`;
    case 'VERSION_NOT_FOUND':
      return $localize`Choose a version from the history, or go back to the latest one.`;
    case 'UNSUPPORTED_TABLE_FEATURE':
      return $localize`Overview, schema and history stay available. Read the rows with an engine that knows this feature.`;
    case 'TABLE_CORRUPT':
      return isPartOfLog(details['missing'])
        ? $localize`Open an older version that can still be reconstructed, or restore the missing log files.`
        : $localize`The log names a file that is gone or damaged. Open a version that does not need it, or restore the file; a VACUUM or a deletion by hand are the usual reasons.`;
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

/** What the log itself can lack, as the API names it; anything else a table can miss is one of the files the log names. */
const OF_THE_LOG =
  /^(?:version \d+|schema|protocol|metaData.*)$|(?:^|\/)_delta_log\/|\.checkpoint\.|(?:^|\/)\d{20}\.\w+$/;

function isPartOfLog(missing: unknown): boolean {
  return typeof missing !== 'string' || OF_THE_LOG.test(missing);
}
