import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError, grantLine } from '@lakescope/server-http';
import { missingGrantOf } from './missing-grant';

/** The platform refuses to show a catalog object to the caller. */
export class CatalogPermissionDenied extends DomainError {
  /** `request`: whom to ask for what, when the platform does not say what is missing. */
  constructor(what: string, request: string, userId: string, cause: PlatformError) {
    const missing = missingGrantOf(cause.message);
    const { privilege, type, name = [] } = missing ?? {};
    const place = `${type?.toLowerCase()} ${name.join('.')}`;
    super({
      kind: 'forbidden',
      code: 'CATALOG_PERMISSION_DENIED',
      message:
        missing === undefined
          ? `You may not see ${what}. ${request}.`
          : `You may not see ${what}. Ask the owner of ${place} for ${privilege} on it.`,
      details: {
        ...(privilege === undefined || type === undefined
          ? {}
          : { missing_grant: `${privilege} on ${place}`, fix: grantLine(privilege, type, name, userId) }),
        upstream_status: cause.status ?? null,
        upstream_code: cause.errorCode ?? null,
      },
      cause,
    });
  }
}

/** There is no such table (any more), or the caller may not see it. */
export class TableNotFound extends DomainError {
  constructor(fullName: string, cause: unknown) {
    super({
      kind: 'not_found',
      code: 'TABLE_NOT_FOUND',
      message: `There is no table ${fullName}, or you may not see it. If it was there a moment ago, it was dropped or renamed.`,
      details: { full_name: fullName },
      cause,
    });
  }
}
