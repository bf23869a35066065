import { after } from './long-timer';

const DAY = 86_400_000;

describe('a long timer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('fires after thirty days, and not before', () => {
    const act = jest.fn();
    after(30 * DAY, act);
    jest.advanceTimersByTime(30 * DAY - 1);
    const before = act.mock.calls.length;
    jest.advanceTimersByTime(1);

    expect([before, act.mock.calls.length]).toEqual([0, 1]);
  });

  it('never fires once it is called off, be it after more than one timer of Node', () => {
    const act = jest.fn();
    const callOff = after(60 * DAY, act);
    jest.advanceTimersByTime(59 * DAY);
    callOff();

    expect(jest.getTimerCount()).toBe(0);
    expect(act).not.toHaveBeenCalled();
  });
});
