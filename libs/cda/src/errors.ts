import { DeltaError } from '@lakescope/delta';
import { BadDataFile } from './footer/bad-data-file';
import { TypeCannotWiden } from './schema/merge-schema';
import type { IngestionFailure } from './run/run-options';
import { codeOf } from './source/local-files';

/** Why nothing at all can be ingested: what was asked for makes no sense, or there is no manifest to go by. */
export type IngestionRefusal = 'MANIFEST_NOT_FOUND' | 'MANIFEST_UNREADABLE' | 'STORES_OVERLAP' | 'INVALID_OPTIONS';

/** A run or a plan that cannot begin. Nothing was written. */
export class IngestionRefused extends Error {
  constructor(
    readonly code: IngestionRefusal,
    message: string,
    /** What to do about it. */
    readonly advice: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A table that cannot be ingested, or not any further. */
export class TableFailed extends Error {
  constructor(readonly failure: IngestionFailure) {
    super(failure.message);
    this.name = new.target.name;
  }
}

/** A folder that cannot be ingested whatever is done, while the rest of its table can. */
export class PoisonedFolder extends Error {
  constructor(readonly failure: IngestionFailure) {
    super(failure.message);
    this.name = new.target.name;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  STORAGE_NOT_FOUND:
    'The data changed while it was read: run again. When it happens again, look whether something deletes it.',
  STORAGE_CHANGED: 'Run again, which looks at the folder anew. When it happens again, look what writes there.',
  STORAGE_ACCESS_DENIED: 'Give the identity of the run the right that is named, and run again.',
  STORAGE_CREDENTIALS_REJECTED: 'Renew the credentials of the connection, and run again.',
  STORAGE_THROTTLED: 'Run again with fewer tables at once.',
  STORAGE_UNAVAILABLE: 'Run again when the store answers; what is committed stays.',
  WRITE_OUTCOME_UNKNOWN: 'Run again: whether the last folder is there is read from the table first.',
  COMMIT_CONFLICT: 'Look who else writes to the table, and run again.',
  UNSUPPORTED_TABLE_FEATURE: 'Ingest into another target, or take the features off the table.',
  TABLE_CORRUPT: 'Restore the log of the table, or ingest into another target.',
  INVALID_REQUEST: 'Correct what is named, and run again.',
  ENOSPC: 'Make room at the target, and run again: it goes on with the folder that did not fit.',
  EDQUOT: 'Raise the quota of the target, and run again: it goes on with the folder that did not fit.',
  EROFS: 'Make the target writable, and run again.',
  EACCES: 'Give the identity of the run the right to write there, and run again.',
  EPERM: 'Give the identity of the run the right to write there, and run again.',
};

/** Anything thrown, as people are told. */
export function failureOf(error: unknown): IngestionFailure {
  if (error instanceof TableFailed || error instanceof PoisonedFolder) return error.failure;
  if (error instanceof BadDataFile) {
    return { code: error.code, message: error.message, advice: 'Have the folder delivered again, and retry it.' };
  }
  if (error instanceof TypeCannotWiden) {
    const advice = `Ingest into a new target, or have ${error.column} delivered as ${error.from} again.`;
    return { code: 'TYPE_CANNOT_WIDEN', message: error.message, advice };
  }
  const code = error instanceof DeltaError ? error.code : codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const advice = code === undefined ? undefined : ADVICE[code];
  return {
    code: code !== undefined && advice !== undefined ? storageCode(code) : 'UNEXPECTED',
    message,
    advice: advice ?? 'Report it with the message: this is not known to happen.',
  };
}

/** Full disks and refused rights have one name, whatever the store. */
function storageCode(code: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'STORAGE_FULL';
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM' ? 'STORAGE_ACCESS_DENIED' : code;
}
