import { Deadlines, type Waiting } from './deadlines';

describe('deadlines of one length', () => {
  let expired: string[];
  let deadlines: Deadlines;

  beforeEach(() => {
    jest.useFakeTimers({ advanceTimers: false });
    expired = [];
    deadlines = new Deadlines(1_000);
  });

  afterEach(() => jest.useRealTimers());

  const waiting = (name: string): Waiting => ({ expired: () => void expired.push(name) });

  it('run out in the order in which the waiting began, a tenth late at most', () => {
    deadlines.add(waiting('first'));
    jest.advanceTimersByTime(500);
    deadlines.add(waiting('second'));

    jest.advanceTimersByTime(499);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(101);
    expect(expired).toEqual(['first']);
    jest.advanceTimersByTime(500);
    expect(expired).toEqual(['first', 'second']);
  });

  it('do not run out for who has what they waited for', () => {
    const answered = waiting('answered');
    deadlines.add(answered);
    deadlines.remove(answered);
    jest.advanceTimersByTime(10_000);

    expect(expired).toEqual([]);
  });

  it('leave no timer behind when nobody waits', () => {
    deadlines.add(waiting('only'));
    jest.advanceTimersByTime(10_000);

    expect(jest.getTimerCount()).toBe(0);
  });
});
