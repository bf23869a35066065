/** The closed list of what can go wrong; callers map codes, never message texts. */
export type DeltaErrorCode =
  | 'TABLE_NOT_FOUND'
  | 'VERSION_NOT_FOUND'
  | 'UNSUPPORTED_TABLE_FEATURE'
  | 'TABLE_CORRUPT'
  | 'STORAGE_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'COMMIT_CONFLICT'
  | 'STORAGE_ACCESS_DENIED'
  | 'STORAGE_CREDENTIALS_REJECTED'
  | 'STORAGE_THROTTLED'
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_CHANGED'
  | 'WRITE_OUTCOME_UNKNOWN'
  | 'TABLE_LEASED'
  | 'INVALID_REQUEST';

/** Everything this library throws on purpose; anything else is a fault of the library or of the storage behind it. */
export abstract class DeltaError extends Error {
  abstract readonly code: DeltaErrorCode;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** There is no `_delta_log` with at least one commit or checkpoint at this place. */
export class TableNotFound extends DeltaError {
  readonly code = 'TABLE_NOT_FOUND';

  constructor(readonly location: string) {
    super(`There is no Delta table at ${location}: it has no _delta_log with a commit`);
  }
}

/** The table exists, but not at the version or time asked for. */
export class VersionNotFound extends DeltaError {
  readonly code = 'VERSION_NOT_FOUND';
  readonly requested: number | Date;
  readonly earliest: number;
  readonly latest: number;

  constructor(range: { requested: number | Date; earliest: number; latest: number }) {
    const asked =
      range.requested instanceof Date ? `a version at ${range.requested.toISOString()}` : `version ${range.requested}`;
    super(`The table has no ${asked.replace(/^a /, '')}; versions ${range.earliest} to ${range.latest} can be read`);
    this.requested = range.requested;
    this.earliest = range.earliest;
    this.latest = range.latest;
  }
}

/** The table uses something a reader or writer must understand and this library does not. */
export class UnsupportedTableFeature extends DeltaError {
  readonly code = 'UNSUPPORTED_TABLE_FEATURE';

  constructor(
    readonly features: readonly string[],
    message?: string,
  ) {
    super(message ?? `The table uses ${features.join(', ')}, which this reader does not support`);
  }
}

/** The log or a file it names is missing, unreadable or contradicts itself. */
export class TableCorrupt extends DeltaError {
  readonly code = 'TABLE_CORRUPT';
  /** What is missing or unreadable: a file name, a version, an action. */
  readonly missing: string;
  /** The earliest version that can still be reconstructed, when there is one. */
  readonly earliestVersion: number | undefined;

  constructor(fault: { message: string; missing: string; earliestVersion?: number; cause?: unknown }) {
    super(fault.message, { cause: fault.cause });
    this.missing = fault.missing;
    this.earliestVersion = fault.earliestVersion;
  }
}

/** A file or folder is not there. */
export class StorageNotFound extends DeltaError {
  readonly code = 'STORAGE_NOT_FOUND';

  constructor(
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path} does not exist`, options);
  }
}

/** A file that was to be created is already there; nothing was written. */
export class AlreadyExists extends DeltaError {
  readonly code = 'ALREADY_EXISTS';

  constructor(
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path} already exists`, options);
  }
}

/** The storage knows the caller and refuses: a right is missing. */
export class StorageAccessDenied extends DeltaError {
  readonly code = 'STORAGE_ACCESS_DENIED';

  constructor(
    readonly path: string,
    /** The right that was asked for, in the storage's own words: `s3:GetObject`. */
    readonly right: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: access denied, which needs the right ${right}`, options);
  }
}

/** EXPIRED: asked for once more and still expired. UNKNOWN: no such key. SIGNATURE: not made with the secret of the key. */
export type CredentialsFault = 'EXPIRED' | 'UNKNOWN' | 'SIGNATURE' | 'CLOCK' | 'NONE';

const CREDENTIALS_FAULTS: Readonly<Record<CredentialsFault, string>> = {
  EXPIRED: 'the credentials have expired',
  UNKNOWN: 'the storage does not know the access key or its session token',
  SIGNATURE: 'the signature does not match: the secret is not that of the access key',
  CLOCK: "this machine's clock is too far from the storage's",
  NONE: 'there are no credentials',
};

/** The storage does not accept the credentials themselves, whatever is asked for. */
export class StorageCredentialsRejected extends DeltaError {
  readonly code = 'STORAGE_CREDENTIALS_REJECTED';

  constructor(
    readonly path: string,
    readonly fault: CredentialsFault,
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${CREDENTIALS_FAULTS[fault]}`, options);
  }
}

/** The storage asked for fewer requests, and did so again after every pause. */
export class StorageThrottled extends DeltaError {
  readonly code = 'STORAGE_THROTTLED';

  constructor(
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: the storage asks for fewer requests`, options);
  }
}

/** The storage cannot be reached, fails, or cuts its answers short, and did so at every try. */
export class StorageUnavailable extends DeltaError {
  readonly code = 'STORAGE_UNAVAILABLE';

  constructor(
    readonly path: string,
    /** What was seen of it, without anything that may be secret: `ECONNRESET`, `HTTP 500`. */
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: the storage does not answer as it should (${reason})`, options);
  }
}

/** A file is another one now than the one that was asked for by its ETag; nothing of it was used. */
export class StorageChanged extends DeltaError {
  readonly code = 'STORAGE_CHANGED';

  constructor(
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path} has changed since it was listed`, options);
  }
}

/**
 * Whether a file was written could not be found out: the answer was lost, and so was every later one. What was written, if it was, is
 * whole; a reader of the table sees it or does not.
 */
export class WriteOutcomeUnknown extends DeltaError {
  readonly code = 'WRITE_OUTCOME_UNKNOWN';

  constructor(
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(`${path}: the storage did not say whether it was written`, options);
  }
}

/** Another writer has the table to itself for now, in a storage that knows no two writers at once. */
export class TableLeased extends DeltaError {
  readonly code = 'TABLE_LEASED';

  constructor(
    readonly path: string,
    /** What the other writer calls itself. */
    readonly writer: string,
    readonly until: Date,
  ) {
    super(`${path}: ${writer} writes to the table until ${until.toISOString()} or longer; one writer at a time`);
  }
}

/** Another writer changed the table in a way this write cannot be rebased on. */
export class CommitConflict extends DeltaError {
  readonly code = 'COMMIT_CONFLICT';

  constructor(
    readonly reason: ConflictReason,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What the other writer did: changed schema or properties; removed a file this write replaces; changed rows this write
 * has read; committed the same transaction. BUSY: others took every version this write tried.
 */
export type ConflictReason = 'METADATA' | 'FILES_REMOVED' | 'ROWS_CHANGED' | 'TRANSACTION' | 'BUSY';

/** The caller asked for something that can never be answered: a path outside the root, an unknown column, a negative offset. */
export class InvalidRequest extends DeltaError {
  readonly code = 'INVALID_REQUEST';
}

/** The message of anything thrown; native modules and test runners throw errors of other realms. */
export function messageOf(thrown: unknown): string {
  const isError = thrown !== null && typeof thrown === 'object' && 'message' in thrown;
  return isError && typeof thrown.message === 'string' ? thrown.message : String(thrown);
}
