import { AttemptFailed, failedConnection } from './attempt-failed';
import { PlatformError } from './platform-error';
import { defaultRetryPolicy, delayBeforeRetry } from './retry-policy';

describe('another try', () => {
  const unavailable = new PlatformError('unavailable', 'down');

  it('comes after a jittered wait that grows', () => {
    const waits = [1, 2, 3].map((attempt) => delayBeforeRetry(defaultRetryPolicy, unavailable, attempt, 0, () => 1));

    expect(waits).toEqual([100, 300, 1000]);
    expect(delayBeforeRetry(defaultRetryPolicy, unavailable, 1, 0, () => 0)).toBe(50);
  });

  it('does not come after the last one, nor past the budget', () => {
    expect(delayBeforeRetry(defaultRetryPolicy, unavailable, 4, 0)).toBeUndefined();
    expect(delayBeforeRetry(defaultRetryPolicy, unavailable, 1, defaultRetryPolicy.budgetMs)).toBeUndefined();
  });

  it('does not come for a write that may have arrived', () => {
    const cut = failedConnection(Object.assign(new Error(), { code: 'ECONNRESET' }), undefined, {
      operation: 'POST /x',
      actingAs: 'user',
    });
    const refused = failedConnection(Object.assign(new Error(), { code: 'ECONNREFUSED' }), undefined, {
      operation: 'POST /x',
      actingAs: 'user',
    });

    expect(cut.mayRepeat(false)).toBe(false);
    expect(refused.mayRepeat(false)).toBe(true);
    expect(new AttemptFailed(unavailable, false).mayRepeat(true)).toBe(true);
  });
});
