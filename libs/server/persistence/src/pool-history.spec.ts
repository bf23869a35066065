import { PoolHistory } from './pool-history';

const START = Date.UTC(2026, 0, 1);
const use = (total: number, idle: number, waiting: number) => ({ total, idle, waiting, max: 20 });

describe('the history of the pool', () => {
  it('adds up what happened within ten seconds, and keeps the extremes', () => {
    const history = new PoolHistory();

    history.acquired(3, use(4, 2, 0), START + 1);
    history.acquired(12.34, use(9, 0, 3), START + 9_999);
    history.observe(use(5, 5, 1), START + 5_000);
    history.count('connects', START);
    history.count('credentialRefreshes', START);

    expect(history.recent(START + 9_999)).toEqual([
      {
        at: new Date(START),
        total: 9,
        idle: 0,
        waiting: 3,
        acquires: 2,
        longestWaitMs: 12.3,
        connects: 1,
        connectFailures: 0,
        authFailures: 0,
        credentialRefreshes: 1,
      },
    ]);
  });

  it('leaves out what was quiet, and forgets after an hour', () => {
    const history = new PoolHistory();
    history.count('connects', START);
    history.count('connectFailures', START + 60_000);
    const times = (now: number): number[] => history.recent(now).map(({ at }) => at.getTime() - START);

    expect(times(START + 60_000)).toEqual([0, 60_000]);
    expect(times(START + 3_599_999)).toEqual([0, 60_000]);
    expect(times(START + 3_600_000)).toEqual([60_000]);
    expect(times(START + 9_000_000)).toEqual([]);
  });

  it('never holds more than its window', () => {
    const history = new PoolHistory();
    for (let interval = 0; interval < 2_000; interval++) history.count('connects', START + interval * 10_000);

    // A clock that was set back sees all there is.
    expect(history.recent(START)).toHaveLength(360);
  });

  it('writes on where it was when the clock is set back', () => {
    const history = new PoolHistory();
    history.count('connects', START + 60_000);
    history.count('connects', START);

    expect(history.recent(START + 60_000)).toMatchObject([{ at: new Date(START + 60_000), connects: 2 }]);
  });

  it('shows nobody idle where nobody looked', () => {
    const history = new PoolHistory();
    history.count('connectFailures', START);

    expect(JSON.stringify(history.recent(START))).toContain('"idle":0');
  });
});
