import { QuartzSchedule } from './quartz-schedule';
import { Schedules } from './schedules';

const HOUR = 3_600_000;

describe('schedules', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const given = (expression: string) => {
    const due = jest.fn<void, [number]>();
    const schedule = QuartzSchedule.parse({ quartz_cron_expression: expression, timezone_id: 'UTC' });
    const schedules = new Schedules(() => schedule, due);
    schedules.set({ id: 7 });
    return { due, schedules };
  };

  it('start a job once, not for each time it missed, after the machine has slept', () => {
    const { due, schedules } = given('0 * * * * ?');
    jest.setSystemTime(Date.now() + 5 * HOUR);
    jest.advanceTimersByTime(61_000);
    const afterSleep = due.mock.calls.length;
    jest.advanceTimersByTime(60_000);
    schedules.close();

    expect(afterSleep).toBeLessThanOrEqual(2);
    expect(due.mock.calls.length).toBe(afterSleep + 1);
  });

  it('wait for a time that is further away than a timer reaches', () => {
    jest.setSystemTime(new Date('2026-01-01T00:00:00Z'));
    const { due, schedules } = given('0 0 0 1 3 ?');
    jest.advanceTimersByTime(59 * 24 * HOUR - 1);
    const before = due.mock.calls.length;
    jest.advanceTimersByTime(1);
    schedules.close();

    expect([before, due.mock.calls.length]).toEqual([0, 1]);
  });
});
