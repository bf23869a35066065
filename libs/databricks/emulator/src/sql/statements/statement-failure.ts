import type { StatementStatus } from '@lakescope/databricks-wire';
import { SqlFailure } from '../engine/sql-failure';

/** The platform says this one without an error class. */
export class InlineLimitExceeded extends Error {
  override readonly name = 'InlineLimitExceeded';

  constructor(limit: number) {
    super(
      `Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most ${limit} bytes. ` +
        'Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the full result.',
    );
  }
}

/** What a statement that failed for a reason of its own says; the answer that carries it is HTTP 200. */
export function failedStatus(error: unknown): StatementStatus | undefined {
  if (error instanceof SqlFailure) {
    const { errorCode, message, sqlState } = error;
    return { state: 'FAILED', error: { error_code: errorCode, message }, sql_state: sqlState };
  }
  if (error instanceof InlineLimitExceeded) {
    return { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message: error.message } };
  }
  return undefined;
}

/** Nothing the statement could do about it. */
export const FAILED_INSIDE: StatementStatus = {
  state: 'FAILED',
  error: { error_code: 'INTERNAL_ERROR', message: 'The local workspace failed' },
};
