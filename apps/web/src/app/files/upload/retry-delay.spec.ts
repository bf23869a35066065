import { type Problem } from '@lakescope/web-api';
import { isPassing, retryDelay } from './retry-delay';

const problem = (status: number, retryAfterSeconds?: number): Problem => ({
  title: '',
  detail: '',
  status,
  code: '',
  correlationId: undefined,
  details: {},
  retryAfterSeconds,
});

describe('another try', () => {
  it.each([0, 408, 429, 500, 502, 503, 504])('is made after status %d', (status) => {
    expect(isPassing(problem(status))).toBe(true);
  });

  it.each([400, 401, 403, 404, 409, 412, 413])(
    'is not made after status %d: the answer would be the same',
    (status) => {
      expect(isPassing(problem(status))).toBe(false);
    },
  );

  it('is made when somebody else is writing the file at this moment, not when it is there', () => {
    expect(isPassing({ ...problem(409, 2), code: 'CONFLICT' })).toBe(true);
    expect(isPassing({ ...problem(409), code: 'CONFLICT' })).toBe(false);
    expect(isPassing({ ...problem(409, 2), code: 'ALREADY_EXISTS' })).toBe(false);
  });

  it('is not made for what this workspace does not offer', () => {
    expect(isPassing({ ...problem(503), code: 'LAKEBASE_NOT_CONFIGURED' })).toBe(false);
    expect(isPassing({ ...problem(502), details: { alternative: '/files/content' } })).toBe(false);
  });

  it('waits longer each time, up to half a minute', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryDelay(attempt, problem(503), 1));
    expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelay(3, problem(503), 0)).toBe(2000);
  });

  it('waits as long as the server asks', () => {
    expect(retryDelay(1, problem(429, 7), 0.5)).toBe(7000);
    expect(retryDelay(8, problem(429, 7), 1)).toBe(30_000);
  });
});
