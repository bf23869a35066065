import { SeededRandom, withSeed } from '@lakescope/server-testing';
import type { ErrorCode, Problem } from '@lakescope/contract';
import { ConnectionFailure, LakescopeProblem, UnexpectedAnswer } from './lakescope-problem';
import { DEFAULT_RETRY, delayBeforeRetry, isPassing, type FailedTry } from './retry-policy';

describe('whether and when a call is tried again', () => {
  const passing: unknown[] = [
    new ConnectionFailure('cut'),
    problem(429, 'RATE_LIMITED', 2),
    problem(503, 'DATABASE_UNAVAILABLE', 5),
    problem(502, 'UPSTREAM_ERROR'),
    problem(504, 'UPSTREAM_TIMEOUT'),
    new UnexpectedAnswer(503, 'text/html', 3),
    new UnexpectedAnswer(502, undefined),
  ];
  const lasting: unknown[] = [
    problem(503, 'LAKEBASE_NOT_CONFIGURED'),
    problem(503, 'WAREHOUSE_NOT_CONFIGURED', 1),
    problem(500, 'INTERNAL'),
    problem(404, 'TABLE_NOT_FOUND'),
    problem(409, 'CONFLICT', 1),
    problem(403, 'PERMISSION_DENIED'),
    new UnexpectedAnswer(200, 'text/html'),
    new UnexpectedAnswer(302, undefined),
    new TypeError('of the caller'),
    undefined,
  ];

  it('tells failures that pass from those that last', () => {
    expect(passing.filter((failure) => !isPassing(failure))).toEqual([]);
    expect(lasting.filter(isPassing)).toEqual([]);
  });

  it('holds, whatever fails, however often and with whatever policy', () =>
    withSeed(async (random) => {
      for (let round = 0; round < 4_000; round += 1) {
        const one = given(random);
        const delay = delayBeforeRetry(one);
        const asked =
          Number((one.failure as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds ?? 0) * 1000;
        const ceiling = Math.min(one.policy.maxMs, one.policy.baseMs * 2 ** (one.tries - 1));
        const mayRepeat = one.isIdempotent && one.tries < one.policy.attempts && passing.includes(one.failure);

        if (delay === undefined) {
          // Nothing is given up that may be repeated and still has its time.
          expect(mayRepeat && one.remainingMs > asked + ceiling).toBe(false);
          continue;
        }
        expect(mayRepeat).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(asked);
        expect(delay).toBeLessThanOrEqual(asked + ceiling);
        expect(delay).toBeLessThan(one.remainingMs);
      }
    }));

  it('spreads those who failed at one moment over the whole pause', () => {
    const random = new SeededRandom(1);
    const delays = Array.from({ length: 1_000 }, () =>
      delayBeforeRetry({ ...base(), tries: 3, random: random.next(), remainingMs: 1e6 }),
    ).map(Number);

    expect(Math.min(...delays)).toBeLessThan(20);
    expect(Math.max(...delays)).toBeGreaterThan(980);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(Math.abs(mean - 500)).toBeLessThan(30);
  });

  it('never repeats what may have had an effect', () => {
    for (const failure of passing)
      expect(delayBeforeRetry({ ...base(), failure, isIdempotent: false })).toBeUndefined();
  });

  function given(random: SeededRandom): FailedTry {
    const all = [...passing, ...lasting];
    return {
      failure: all[random.below(all.length)],
      tries: 1 + random.below(8),
      isIdempotent: random.chance(0.8),
      remainingMs: random.below(20_000) - 500,
      policy: { attempts: 1 + random.below(8), baseMs: random.below(2_000), maxMs: random.below(10_000) },
      random: random.next(),
    };
  }

  function base(): FailedTry {
    const [failure] = passing;
    return { failure, tries: 1, isIdempotent: true, remainingMs: 10_000, policy: DEFAULT_RETRY, random: 0.5 };
  }
});

function problem(status: number, code: ErrorCode, retryAfter: number | null = null): LakescopeProblem {
  const document: Problem = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    detail: 'What happened.',
    instance: '/api/v1/user/me',
    error_code: code,
    correlation_id: 'one',
    technical_details: { error_type: 'Error' },
    retry_after: retryAfter,
  };
  return new LakescopeProblem(document);
}
