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

/** There is no file at this path, or the caller may not see it. */
export class FileNotFound extends DomainError {
  constructor(path: string) {
    super({ kind: 'not_found', code: 'NOT_FOUND', message: `There is no file ${path}.`, details: { path } });
  }
}

/** The range asked for lies outside the file. */
export class RangeNotSatisfiable extends DomainError {
  constructor(sizeBytes: number | undefined, cause: unknown) {
    super({
      kind: 'range',
      code: 'RANGE_NOT_SATISFIABLE',
      message: 'The range asked for lies outside the file.',
      details: { size_bytes: sizeBytes ?? null },
      cause,
    });
  }
}
