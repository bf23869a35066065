import { DomainError } from '@lakescope/server-http';
import { defaults } from './defaults';

/** A feature that keeps things in the database was asked for, and no database is configured. */
export class LakebaseNotConfigured extends DomainError {
  constructor(feature: string, details: Readonly<Record<string, unknown>> = {}) {
    super({
      kind: 'unavailable',
      code: 'LAKEBASE_NOT_CONFIGURED',
      message: `${feature} is unavailable because Lakebase is not configured.`,
      details: {
        suggestion:
          'Configure Lakebase resource in databricks.yml or set PGHOST and LAKEBASE_DATABASE environment variables.',
        ...details,
      },
    });
    // Answered as error_type, under which scripts know it.
    this.name = 'ConfigurationError';
  }
}

/** The database is configured and cannot be reached now; what was asked for was not done, or nobody can tell. */
export class DatabaseUnavailable extends DomainError {
  constructor(
    readonly reason: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super({
      kind: 'unavailable',
      code: 'DATABASE_UNAVAILABLE',
      message: `The database is unavailable: ${reason}.`,
      details: { reason, ...options.details },
      retryAfterSeconds: defaults.retryAfterSeconds,
      cause: options.cause,
    });
  }
}

/** The line broke after COMMIT was sent, and the server could not be asked whether it was done: it may have been, or not. */
export class OutcomeUnknown extends DatabaseUnavailable {
  constructor(reason: string, cause: unknown) {
    super(`${reason} before it was known whether the change was stored; look before you repeat it`, {
      cause,
      details: { outcome: 'unknown' },
    });
  }
}

/** Tables or columns are missing that the app made when it started: somebody took a migration back meanwhile. */
export class SchemaIsBehind extends DatabaseUnavailable {
  constructor(needed?: string, found?: string, cause?: unknown) {
    super('its schema is not as this release needs it; restart the app or run `npx lakescope migrate up`', {
      cause,
      details: {
        fix: 'Restart the app, which brings its schema up, or run `npx lakescope migrate up`.',
        ...(needed === undefined ? {} : { needed_migration: needed, applied_migration: found ?? null }),
      },
    });
  }
}

/** A text was to be stored or looked for that Postgres keeps nowhere. What is sent is checked before; this is the last look at it. */
export class UnstorableText extends DomainError {
  constructor(cause: unknown) {
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: 'The request holds the character U+0000, or text that is no valid Unicode; neither can be stored.',
      cause,
    });
  }
}

/** There is no credential to renew: the environment holds a password that nobody here can change. */
export class CredentialIsFixed extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The database password comes from PGPASSWORD, so it is changed there and not here.',
    });
  }
}

/** The schema was migrated by a newer release: running this one on it could destroy what it does not know. */
export class SchemaIsNewer extends Error {
  constructor(readonly unknownMigrations: readonly string[]) {
    super(
      `The database schema is newer than this app: it has migration ${unknownMigrations.join(', ')}, which this release does not know. ` +
        'Deploy the newer release, or take its migrations back with it first.',
    );
    this.name = 'SchemaIsNewer';
  }
}

/** The files are no whole backup, or do not fit the schema. One line for the person at the terminal. */
export class InvalidBackup extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'InvalidBackup';
  }
}

/** A restore would destroy something, or could not be understood by this release. One line for the person at the terminal. */
export class RestoreRefused extends Error {
  constructor(
    message: string,
    /** Whether dropping what is there would let the restore go on. */
    readonly replaceHelps: boolean,
  ) {
    super(message);
    this.name = 'RestoreRefused';
  }
}

/** Something is to be kept that may only be kept encrypted, and there is no secret to do it with. */
export class SecretNotConfigured extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: 'Nothing secret can be stored, because the app has no secret of its own to encrypt it with',
      details: { suggestion: 'Set LAKESCOPE_SECRET to at least 32 random bytes and restart the app' },
    });
  }
}

/** What was stored encrypted was encrypted with a secret that is gone, or was changed. */
export class CannotUnseal extends DomainError {
  constructor(readonly place: string) {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: 'What is stored encrypted cannot be read with the secret of the app: enter it again',
      details: {
        suggestion: 'If LAKESCOPE_SECRET was changed, set LAKESCOPE_SECRET_PREVIOUS to the value before',
      },
    });
  }
}
