import { Breaker } from './breaker';
import { defaults } from './defaults';

const FILES = '/api/2.0/fs/files/Volumes/a';
const CATALOGS = '/api/2.1/unity-catalog/catalogs';
const { failures, windowMs, probeEveryMs } = defaults.circuit;

describe('the breaker of a host', () => {
  let now: number;
  let breaker: Breaker;

  beforeEach(() => {
    now = 1_000;
    breaker = new Breaker(() => now);
  });

  it('lets calls through until the host was lost several times in a row, then fails at once', () => {
    lose(failures - 1);
    expect(isAdmitted(FILES)).toBe(true);

    lose(1);

    expect(isAdmitted(FILES)).toBe(false);
    expect(isAdmitted(CATALOGS)).toBe(false);
    expect(() => breaker.admit(FILES, 'GET x')).toThrow(
      expect.objectContaining({ kind: 'unavailable', retryAfterSeconds: 1, operation: 'GET x' }),
    );
  });

  it('lets one call in a while try, even when the one before has not come back, and closes at the first answer', () => {
    lose(failures);
    now += probeEveryMs;
    expect([isAdmitted(FILES), isAdmitted(FILES)]).toEqual([true, false]);
    now += probeEveryMs;
    expect([isAdmitted(FILES), isAdmitted(FILES)]).toEqual([true, false]);

    breaker.record(FILES, 'answered');

    expect([isAdmitted(FILES), isAdmitted(CATALOGS)]).toEqual([true, true]);
  });

  it('leaves the other APIs alone when one of them is broken', () => {
    for (let count = 0; count < failures; count++) breaker.record(FILES, 'server-error');

    expect(isAdmitted(FILES)).toBe(false);
    expect(isAdmitted(CATALOGS)).toBe(true);
  });

  it('tries again once both the host and the API are due, however often it is asked in between', () => {
    for (let count = 0; count < failures; count++) breaker.record(FILES, 'server-error');
    now += probeEveryMs / 2;
    lose(failures);

    const tries: number[] = [];
    for (const end = now + 10 * probeEveryMs; now < end; now += probeEveryMs / 50) {
      if (isAdmitted(FILES)) tries.push(now);
    }

    expect(tries.length).toBeGreaterThanOrEqual(9);
    expect(tries.length).toBeLessThanOrEqual(10);
  });

  it('stays closed for an API that answers now and then', () => {
    for (let count = 0; count < 10 * failures; count++) {
      breaker.record(FILES, count % failures === 0 ? 'answered' : 'server-error');
    }

    expect(isAdmitted(FILES)).toBe(true);
  });

  it('does not count failures that are far apart', () => {
    for (let count = 0; count < 2 * failures; count++) {
      lose(1);
      now += windowMs + 1;
    }

    expect(isAdmitted(FILES)).toBe(true);
  });

  function lose(times: number): void {
    for (let count = 0; count < times; count++) breaker.record(FILES, 'unreachable');
  }

  function isAdmitted(path: string): boolean {
    try {
      breaker.admit(path, 'GET x');
      return true;
    } catch {
      return false;
    }
  }
});
