import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from '@lakescope/server-http';

/** The platform refuses to show a catalog object to the caller. */
export class CatalogPermissionDenied extends DomainError {
  /** `request`: whom to ask for what. */
  constructor(what: string, request: string, cause: PlatformError) {
    super({
      kind: 'forbidden',
      code: 'CATALOG_PERMISSION_DENIED',
      message: `You may not see ${what}. ${request}.`,
      details: { upstream_status: cause.status ?? null, upstream_code: cause.errorCode ?? null },
      cause,
    });
  }
}
