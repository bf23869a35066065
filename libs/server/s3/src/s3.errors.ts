import { DomainError, type Precondition } from '@lakescope/server-http';

/** The caller has no such connection; another person's is none. */
export class S3ConnectionNotFound extends DomainError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'You have no such S3 connection.',
      details: { connection_id: id },
    });
  }
}

/** The caller has another connection of this name. */
export class S3ConnectionExists extends DomainError {
  constructor(name: string) {
    super({
      kind: 'conflict',
      code: 'ALREADY_EXISTS',
      message: `You have an S3 connection called ${name} already.`,
      details: { name },
    });
  }
}

/** Somebody else wrote the connection since it was read: another tab, another device. */
export class S3ConnectionChanged extends DomainError {
  constructor(id: string, condition: Precondition | undefined, found: number) {
    super({
      kind: 'precondition',
      code: 'PRECONDITION_FAILED',
      message: `The S3 connection has changed: it is at version ${found}.`,
      details: {
        connection_id: id,
        expected_version: typeof condition === 'object' ? condition.version : null,
        current_version: found,
      },
    });
  }
}

export class TooManyS3Connections extends DomainError {
  constructor(maximum: number) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `You have ${maximum} S3 connections, which is as many as one person may have: delete one that is not needed.`,
      details: { max_connections: maximum },
    });
  }
}

/** The connection is the one that the app's environment makes. */
export class S3ConnectionReadOnly extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The connection default comes from the AWS_* variables of the app and is changed there.',
      details: { connection_id: 'default' },
    });
  }
}

/** Somebody who could use the connection that the app's environment makes is not named by it any more. */
export class S3DefaultRefused extends DomainError {
  constructor(userId: string) {
    super({
      kind: 'forbidden',
      code: 'PERMISSION_DENIED',
      message: `The S3 connection default is not for ${userId} any more: an administrator has taken it away in LAKESCOPE_S3_DEFAULT_USERS.`,
      details: { connection_id: 'default' },
    });
  }
}

/** The keys were encrypted with a secret of the app that is gone. */
export class S3KeysUnreadable extends DomainError {
  constructor(id: string, name: string, cause: unknown) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: `The keys of the S3 connection ${name} cannot be read any more: enter the access key and its secret again.`,
      details: {
        connection_id: id,
        suggestion:
          'If LAKESCOPE_SECRET was changed, an administrator may set LAKESCOPE_SECRET_PREVIOUS to the value before.',
      },
      cause,
    });
  }
}

/** Neither the request nor the connection names a bucket. */
export class S3BucketNeeded extends DomainError {
  constructor() {
    const message = 'is required, because the connection has no bucket of its own';
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: `bucket ${message}.`,
      details: { fields: [{ path: 'bucket', message }] },
    });
  }
}

/** A key that no address can hold: whoever opens a link takes such parts out of it before asking. */
export class KeyWithoutLink extends DomainError {
  constructor() {
    const message = 'holds . or .. as a part of its path, which no link can hold: use a client of S3';
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: `key ${message}.`,
      details: { fields: [{ path: 'key', message }] },
    });
  }
}
