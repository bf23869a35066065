import {
  CommitConflict,
  DeltaError,
  UnsupportedTableFeature,
  VersionNotFound,
  type ConflictReason,
} from '@lakescope/delta';
import { backticked } from '../language/duckdb-text';
import { SqlFailure } from '../sql-failure';

/** A failure of the Delta library in the platform's words; anything else stays what it is. */
export function fromDelta(thrown: unknown, table: readonly string[]): unknown {
  if (!(thrown instanceof DeltaError)) return thrown;
  const name = backticked(...table);
  const options = { cause: thrown };
  if (thrown instanceof VersionNotFound) {
    const { requested, earliest, latest } = thrown;
    if (requested instanceof Date) {
      return new SqlFailure(
        'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION',
        `The provided timestamp (${requested.toISOString()}) is before the earliest version available to this\ntable (${name}). Please use a timestamp after the commit of version ${earliest}.`,
        '42816',
        options,
      );
    }
    return new SqlFailure(
      'DELTA_VERSION_NOT_FOUND',
      `Cannot time travel Delta table to version ${requested}. Available versions: [${earliest}, ${latest}].`,
      '22003',
      options,
    );
  }
  if (thrown instanceof UnsupportedTableFeature) {
    return new SqlFailure(
      'DELTA_UNSUPPORTED_FEATURES_FOR_READ',
      `Unsupported Delta feature: table ${name} uses ${thrown.features.join(', ')}, which this workspace does not support.`,
      '56038',
      options,
    );
  }
  if (thrown instanceof CommitConflict) {
    const [errorClass, text] = conflict(thrown.reason, name);
    return new SqlFailure(errorClass, text, '2D521', { errorCode: 'ABORTED', ...options });
  }
  switch (thrown.code) {
    case 'TABLE_NOT_FOUND':
      return new SqlFailure('DELTA_TABLE_NOT_FOUND', `Delta table ${name} doesn't exist.`, '42P01', options);
    case 'INVALID_REQUEST':
      return new SqlFailure(
        'DELTA_FAILED_TO_WRITE',
        `The statement cannot be run on ${name}: ${thrown.message}.`,
        '42000',
        options,
      );
    default:
      return new SqlFailure(
        'DELTA_TABLE_CORRUPT',
        `The table ${name} cannot be read: its log or a file it names is missing or damaged.`,
        'XXKDS',
        { errorCode: 'IO_ERROR', ...options },
      );
  }
}

/** Class and text of the platform for a write that somebody else was faster than. */
function conflict(reason: ConflictReason, table: string): [errorClass: string, text: string] {
  const again = `Please try the operation again. Table: ${table}.`;
  switch (reason) {
    case 'METADATA':
      return [
        'DELTA_METADATA_CHANGED',
        `MetadataChangedException: The metadata of the Delta table has been changed by a concurrent update. ${again}`,
      ];
    case 'FILES_REMOVED':
      return [
        'DELTA_CONCURRENT_DELETE_DELETE',
        `ConcurrentDeleteDeleteException: This transaction attempted to delete one or more files that were deleted by a concurrent update. ${again}`,
      ];
    case 'ROWS_CHANGED':
      return [
        'DELTA_CONCURRENT_APPEND',
        `ConcurrentAppendException: Files were added to the root of the table by a concurrent update. ${again}`,
      ];
    case 'TRANSACTION':
      return [
        'DELTA_CONCURRENT_TRANSACTION',
        `ConcurrentTransactionException: The same files were loaded by a concurrent update. ${again}`,
      ];
    case 'BUSY':
      return [
        'DELTA_CONCURRENT_WRITE',
        `ConcurrentWriteException: A concurrent transaction has written new data. ${again}`,
      ];
  }
}
