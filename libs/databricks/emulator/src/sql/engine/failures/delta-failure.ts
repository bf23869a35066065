import { DeltaError, VersionNotFound, UnsupportedTableFeature } from '@lakescope/delta';
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
  switch (thrown.code) {
    case 'TABLE_NOT_FOUND':
      return new SqlFailure('DELTA_TABLE_NOT_FOUND', `Delta table ${name} doesn't exist.`, '42P01', options);
    case 'COMMIT_CONFLICT':
      return new SqlFailure(
        'DELTA_CONCURRENT_WRITE',
        `Transaction conflict detected: ${name} was changed by other writers.`,
        '2D521',
        { errorCode: 'ABORTED', ...options },
      );
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
