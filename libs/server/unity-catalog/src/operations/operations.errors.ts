import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError, grantLine } from '@lakescope/server-http';

/** Something is at the path of a file that was to be new. */
export class FileExists extends DomainError {
  constructor(path: string, cause: PlatformError) {
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message: `There is a file ${path} already. It is replaced only with "if_absent": false.`,
      details: { path, upstream_status: cause.status ?? null, upstream_code: cause.errorCode ?? null },
      cause,
    });
  }
}

/** The file is larger than an answer may hold. */
export class FileTooLarge extends DomainError {
  constructor(path: string, received: number | undefined, maximum: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The file ${path} is larger than ${maximum} bytes. GET /api/v1/unity-catalog/files/content streams it.`,
      details: { path, max_size_bytes: maximum, received: received ?? null },
    });
  }
}

/** The volume is not there for the caller, and the caller may not create it. */
export class VolumeCreationDenied extends DomainError {
  constructor(name: readonly [catalog: string, schema: string, volume: string], userId: string, cause: PlatformError) {
    const [catalog, schema] = name;
    super({
      kind: 'forbidden',
      code: 'CATALOG_PERMISSION_DENIED',
      message: `You may neither see nor create the volume ${name.join('.')}.`,
      details: {
        missing_grant: `CREATE VOLUME on schema ${catalog}.${schema}`,
        fix: grantLine('CREATE VOLUME', 'SCHEMA', [catalog, schema], userId),
        upstream_status: cause.status ?? null,
        upstream_code: cause.errorCode ?? null,
      },
      cause,
    });
  }
}
