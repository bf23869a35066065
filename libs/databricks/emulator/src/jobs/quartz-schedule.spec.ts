import { ServiceRefusal } from '../http/refusals';
import { QuartzSchedule } from './quartz-schedule';

const schedule = (quartz_cron_expression: string, timezone_id = 'UTC') =>
  QuartzSchedule.parse({ quartz_cron_expression, timezone_id });

const next = (expression: string, timeZone?: string): string | undefined =>
  schedule(expression, timeZone).after(new Date('2026-03-10T12:00:00Z'))?.toISOString();

describe('a Quartz schedule', () => {
  it.each([
    ['0 0 2 * * ?', '2026-03-11T02:00:00.000Z'],
    ['30 15 10 ? * *', '2026-03-11T10:15:30.000Z'],
    // 2026-03-10 is a Tuesday; Quartz counts Sunday as 1.
    ['0 0 9 ? * 2', '2026-03-16T09:00:00.000Z'],
    ['0 0 9 ? * MON-FRI', '2026-03-11T09:00:00.000Z'],
    ['0 0/20 * * * ?', '2026-03-10T12:20:00.000Z'],
    ['0 0 0 L * ?', '2026-03-31T00:00:00.000Z'],
    ['0 0 0 ? * 6L', '2026-03-27T00:00:00.000Z'],
    ['0 0 0 ? * 6#2', '2026-03-13T00:00:00.000Z'],
    ['0 0 0 1 1 ? 2028', '2028-01-01T00:00:00.000Z'],
  ])('%s is due next at %s', (expression, expected) => {
    expect(next(expression)).toBe(expected);
  });

  it('follows the clock of its time zone, also over a change of it', () => {
    expect(next('0 0 2 * * ?', 'America/New_York')).toBe('2026-03-11T06:00:00.000Z');
    expect(schedule('0 30 7 * * ?', 'Europe/Berlin').after(new Date('2026-03-29T00:00:00Z'))?.toISOString()).toBe(
      '2026-03-29T05:30:00.000Z',
    );
  });

  it('is over when its year is', () => {
    expect(next('0 0 0 1 1 ? 2020')).toBeUndefined();
  });

  it.each([
    ['0 0 2 * *', 'UTC', 'six or seven fields'],
    ['0 0 2 * * *', 'UTC', 'exactly one'],
    ['0 0 2 ? * ?', 'UTC', 'exactly one'],
    ['0 0 ? * * ?', 'UTC', 'can only be specified'],
    ['0 0 25 * * ?', 'UTC', 'Invalid quartz_cron_expression'],
    ['0 0 2 * * ?', 'Mars/Olympus', 'no time zone'],
  ])('refuses %s in %s', (expression, timeZone, why) => {
    expect(() => schedule(expression, timeZone)).toThrow(ServiceRefusal);
    expect(() => schedule(expression, timeZone)).toThrow(why);
  });
});
