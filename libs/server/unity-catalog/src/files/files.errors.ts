import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError, InvalidRequest } from '@lakescope/server-http';

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

/** Something is at the path that was to be new. */
export class PathTaken extends DomainError {
  constructor(path: string, what: 'file' | 'directory' | 'something', cause?: PlatformError) {
    const found = what === 'something' ? 'something' : `a ${what}`;
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message:
        what === 'file'
          ? `There is ${found} ${path} already. It is replaced only when you say so.`
          : `There is ${found} in the way of ${path}.`,
      details: { path, upstream_status: cause?.status ?? null, upstream_code: cause?.errorCode ?? null },
      cause,
    });
  }
}

/** The file is no longer the one that was seen. */
export class FileChanged extends DomainError {
  /** `etag`: of what is there now; undefined when it is gone. */
  constructor(path: string, etag: string | undefined) {
    super({
      kind: 'precondition',
      code: 'PRECONDITION_FAILED',
      message:
        etag === undefined
          ? `The file ${path} is no longer there.`
          : `Somebody has changed ${path} since you saw it. Look at it before you replace it.`,
      details: { path, etag: etag ?? null },
    });
  }
}

/** Somebody else is about to replace the same version of the file: one of the two has to wait. */
export class FileBeingWritten extends DomainError {
  constructor(path: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `Somebody else is replacing ${path} at this moment. Look at it again, then decide.`,
      details: { path },
      retryAfterSeconds: 2,
    });
  }
}

/** Only empty directories are deleted. */
export class DirectoryNotEmpty extends DomainError {
  /** `isAll`: whether that is all there is in it. */
  constructor(path: string, entries: number, isAll: boolean, cause: PlatformError) {
    const count = `${isAll ? '' : 'more than '}${entries} ${entries === 1 ? 'entry' : 'entries'}`;
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `The directory ${path} is not empty: it has ${count}. Delete them first.`,
      details: { path, entry_count: entries, entry_count_is_exact: isAll },
      cause,
    });
  }
}

/** This workspace gives out no links to its files. */
export class DownloadLinksNotOffered extends DomainError {
  constructor(path: string, cause?: unknown) {
    super({
      kind: 'unprocessable',
      code: 'UNSUPPORTED_STORAGE',
      message: `This workspace offers no link to ${path}. Download the file through the app instead.`,
      details: { path, alternative: '/api/v1/unity-catalog/files/content' },
      cause,
    });
  }
}

/** There is no such upload for the caller: it never was, has expired, or was given up. */
export class UploadNotFound extends DomainError {
  constructor(uploadId: string, cause?: PlatformError) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'There is no such upload, or it has expired. Begin it anew.',
      details: { upload_id: uploadId },
      cause,
    });
  }
}

/** The upload has become a file already; it takes nothing more. */
export class UploadComplete extends DomainError {
  constructor(uploadId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The upload is complete: its file is there.',
      details: { upload_id: uploadId },
    });
  }
}

/** Parts are missing. */
export class UploadIncomplete extends DomainError {
  constructor(uploadId: string, missing: readonly number[]) {
    const [first] = missing;
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `The upload is not complete: ${missing.length === 1 ? `part ${first} is` : `${missing.length} parts are`} missing.`,
      details: { upload_id: uploadId, missing_part_count: missing.length, missing_parts: missing.slice(0, 100) },
    });
  }
}

/** The storage does not make a file out of the parts, so none of them counts any more. */
export class PartsDoNotFit extends DomainError {
  constructor(uploadId: string, cause: PlatformError) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The storage does not accept the parts as they are. Send all of them again.',
      details: { upload_id: uploadId, upstream_status: cause.status ?? null, upstream_code: cause.errorCode ?? null },
      cause,
    });
  }
}

/** A part has another length than it must have. */
export class WrongPartLength extends InvalidRequest {
  constructor(partNumber: number, expected: number, received?: number) {
    const found = received === undefined ? '' : `, not ${received}`;
    super(`Part ${partNumber} must have ${expected} bytes${found}.`, [
      { path: 'body', message: `must have ${expected} bytes` },
    ]);
  }
}

/** The file is larger than the platform takes. */
export class UploadTooLarge extends DomainError {
  constructor(received: number, maximum: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `A file may have ${maximum} bytes at most.`,
      details: { max_size_bytes: maximum, received },
    });
  }
}

/** So many uploads of one person are open that another one would only pile up. */
export class TooManyUploads extends DomainError {
  constructor(maximum: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `You have ${maximum} uploads open. Complete one of them or give it up; what is not touched for a day ends by itself.`,
      details: { max_open_uploads: maximum },
    });
  }
}

/** This workspace takes files in one piece only. */
export class UploadsNotOffered extends DomainError {
  constructor(maxBytes: number, cause: PlatformError) {
    super({
      kind: 'upstream',
      code: 'UPSTREAM_ERROR',
      message: `This workspace takes no files in parts. Send a file of at most ${maxBytes} bytes in one request.`,
      details: { max_size_bytes: maxBytes, alternative: '/api/v1/unity-catalog/files/content' },
      cause,
    });
  }
}

/** The upload has no such part. */
export class UnknownPart extends InvalidRequest {
  constructor(partNumber: number, count: number) {
    const message = `must be between 1 and ${count}`;
    super(`The upload has no part ${partNumber}: the number ${message}.`, [{ path: 'part', message }]);
  }
}
