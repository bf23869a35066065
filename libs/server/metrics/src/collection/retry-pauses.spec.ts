import { RetryPauses } from './retry-pauses';

const LIMITS = { retryMs: 200, longestRetryMs: 10_000 };

describe('the pauses between attempts', () => {
  it('double up to the longest, and begin anew after a success', () => {
    const pauses = new RetryPauses(LIMITS);
    const taken = Array.from({ length: 8 }, () => pauses.afterFailure(0, 1));
    pauses.success();

    expect(taken).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    expect(pauses.afterFailure(0, 1)).toBe(200);
  });

  it('are by chance up to half as short, so that replicas do not come back all at once', () => {
    expect(new RetryPauses(LIMITS).afterFailure(0, 0)).toBe(100);
    expect(new RetryPauses(LIMITS).afterFailure(0, 0.5)).toBe(150);
  });

  it('count the time an attempt has hung, so that a line that speaks again is soon used', () => {
    const pauses = new RetryPauses(LIMITS);
    const taken = Array.from({ length: 8 }, () => pauses.afterFailure(5_000, 1));

    expect(taken).toEqual([200, 200, 200, 200, 200, 1_400, 5_000, 5_000]);
  });
});
