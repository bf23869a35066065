import {
  DeltaError,
  TableCorrupt,
  TableNotFound,
  UnsupportedTableFeature,
  VersionNotFound,
  type DeltaErrorCode,
} from '@lakescope/delta';
import { DomainError, type DomainErrorKind, type ErrorCode } from '@lakescope/server-http';

/** What of the request cannot be understood. */
export class InvalidTableRequest extends DomainError {
  constructor(message: string, paths: readonly string[] = [], cause?: unknown) {
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message,
      details: { fields: paths.map((path) => ({ path, message })) },
      cause,
    });
  }
}

/** What the Delta library could not do, in the words of the API. */
export class TableProblem extends DomainError {
  constructor(error: DeltaError, location: string) {
    const { kind, code } = ANSWERS[error.code];
    super({ kind, code, message: error.message, details: { location, ...detailsOf(error) }, cause: error });
    this.name = error.name;
  }
}

/** Every code of the library has an answer; one without does not compile. */
const ANSWERS: Readonly<Record<DeltaErrorCode, { kind: DomainErrorKind; code: ErrorCode }>> = {
  TABLE_NOT_FOUND: { kind: 'not_found', code: 'TABLE_NOT_FOUND' },
  VERSION_NOT_FOUND: { kind: 'not_found', code: 'VERSION_NOT_FOUND' },
  UNSUPPORTED_TABLE_FEATURE: { kind: 'unprocessable', code: 'UNSUPPORTED_TABLE_FEATURE' },
  TABLE_CORRUPT: { kind: 'unprocessable', code: 'TABLE_CORRUPT' },
  STORAGE_NOT_FOUND: { kind: 'not_found', code: 'NOT_FOUND' },
  ALREADY_EXISTS: { kind: 'conflict', code: 'ALREADY_EXISTS' },
  COMMIT_CONFLICT: { kind: 'conflict', code: 'CONFLICT' },
  STORAGE_ACCESS_DENIED: { kind: 'forbidden', code: 'PERMISSION_DENIED' },
  STORAGE_CREDENTIALS_REJECTED: { kind: 'forbidden', code: 'PERMISSION_DENIED' },
  STORAGE_THROTTLED: { kind: 'rate_limited', code: 'RATE_LIMITED' },
  STORAGE_UNAVAILABLE: { kind: 'upstream', code: 'UPSTREAM_ERROR' },
  STORAGE_CHANGED: { kind: 'conflict', code: 'CONFLICT' },
  TABLE_LEASED: { kind: 'conflict', code: 'CONFLICT' },
  WRITE_OUTCOME_UNKNOWN: { kind: 'upstream', code: 'UPSTREAM_ERROR' },
  INVALID_REQUEST: { kind: 'invalid', code: 'INVALID_REQUEST' },
};

function detailsOf(error: DeltaError): Record<string, unknown> {
  if (error instanceof TableNotFound) return {};
  if (error instanceof VersionNotFound) {
    const { requested, earliest, latest } = error;
    return { requested: requested instanceof Date ? requested.toISOString() : requested, earliest, latest };
  }
  if (error instanceof UnsupportedTableFeature) return { features: error.features };
  if (error instanceof TableCorrupt) return { missing: error.missing, earliest: error.earliestVersion ?? null };
  return {};
}
