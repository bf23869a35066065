import type { StatementResponse } from '@lakescope/databricks-client';
import { statementFailure } from './statement-failure';

function failed(message: string, errorCode = 'BAD_REQUEST'): StatementResponse {
  return { statement_id: 's', status: { state: 'FAILED', error: { error_code: errorCode, message } } };
}

describe('what a statement that failed says to people', () => {
  it.each([
    [
      '[TABLE_OR_VIEW_NOT_FOUND] The table or view `a`.`b`.`c` cannot be found. SQLSTATE: 42P01',
      'TABLE_NOT_FOUND',
      'not there any more',
    ],
    [
      '[INSUFFICIENT_PERMISSIONS] Insufficient privileges. SQLSTATE: 42501',
      'CATALOG_PERMISSION_DENIED',
      'Ask its owner',
    ],
    ['[OUT_OF_MEMORY] The statement needs more memory. SQLSTATE: 53200', 'INVALID_QUERY', 'fewer columns'],
    ['[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012', 'INVALID_QUERY', '[DIVIDE_BY_ZERO]'],
  ])('is named and explained: %s', (message, code, says) => {
    expect(statementFailure(failed(message))).toMatchObject({
      error_code: code,
      message: expect.stringContaining(says) as string,
    });
  });

  it('is a matter of waiting only where the platform is busy', () => {
    expect(statementFailure(failed('Too many statements', 'RESOURCE_EXHAUSTED')).error_code).toBe('RATE_LIMITED');
    expect(
      statementFailure(failed('[OUT_OF_MEMORY] More memory. SQLSTATE: 53200', 'RESOURCE_EXHAUSTED')).error_code,
    ).toBe('INVALID_QUERY');
  });

  it('is said to have no reason where none is given', () => {
    const { message } = statementFailure({ statement_id: 's', status: { state: 'FAILED' } });
    expect(message).toContain('no reason');
  });
});
