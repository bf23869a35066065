import { InvalidRequest } from '@lakescope/server-http';
import { CronTimes } from './cron-times';

function next(cron: string, timeZone: string, from: string, count = 4): string[] {
  return new CronTimes(cron, timeZone).next(count, new Date(from)).map((time) => time.toISOString().slice(0, 16));
}

function refusal(cron: string, timeZone = 'UTC'): string {
  try {
    new CronTimes(cron, timeZone);
  } catch (error) {
    if (error instanceof InvalidRequest) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the times of a cron expression', () => {
  it.each<[string, string, string[]]>([
    ['*/20 9-10 * * MON-FRI', '2026-11-20T10:30:00Z', ['2026-11-20T10:40', '2026-11-23T09:00', '2026-11-23T09:20']],
    ['0 0 1,15 jan,jul *', '2026-11-20T10:30:00Z', ['2027-01-01T00:00', '2027-01-15T00:00', '2027-07-01T00:00']],
    ['0 0 * * 7', '2026-11-20T10:30:00Z', ['2026-11-22T00:00', '2026-11-29T00:00', '2026-12-06T00:00']],
    // Either day, as cron has it.
    ['0 0 13 * FRI', '2026-11-10T10:30:00Z', ['2026-11-13T00:00', '2026-11-20T00:00', '2026-11-27T00:00']],
    ['@monthly', '2026-11-10T10:30:00Z', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
    ['0 0 29 2 *', '2026-11-10T10:30:00Z', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ])('reads %s', (cron, from, expected) => {
    expect(next(cron, 'UTC', from, 3)).toEqual(expected);
  });

  it('is due at the next time that exists when the clock skips one', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
    expect(next('0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', 2)).toEqual([
      '2026-09-06T04:00',
      '2026-09-07T03:00',
    ]);
  });

  it('is due once when a time comes twice', () => {
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(next('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });

  it.each(['0 * * * *', '0 */1 * * *', '0 0-23 * * *', '@hourly'])('is due each real hour with %s', (cron) => {
    const hours = (from: string): number[] =>
      new CronTimes(cron, 'Europe/Berlin').next(30, new Date(from)).map((time) => time.getTime());
    for (const from of ['2026-03-28T12:30:00Z', '2026-10-24T12:30:00Z']) {
      const times = hours(from);
      expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(new Set([3_600_000]));
    }
  });

  it.each<[string, string]>([
    [
      '* * * * * *',
      'must be five fields (minute, hour, day of the month, month, day of the week), not 6; seconds are not offered',
    ],
    ['', 'must be five fields (minute, hour, day of the month, month, day of the week), not 0'],
    ['@reboot', 'must be five fields, or one of @hourly'],
    ['60 * * * *', 'is wrong: the minute must be of 0 to 59, not “60”'],
    ['0 24 * * *', 'is wrong: the hour must be of 0 to 23, not “24”'],
    ['0 0 0 * *', 'is wrong: the day of the month must be of 1 to 31, not “0”'],
    ['0 0 * FOO *', 'is wrong: the month must be of 1 to 12, or JAN to DEC, not “FOO”'],
    ['0 0 * * 8', 'is wrong: the day of the week must be of 0 to 7, or SUN to SAT, not “8”'],
    ['5/10 * * * *', 'is wrong: the minute has a step without a range: write 5-59/10 for “5/10”'],
    ['*/0 * * * *', 'is wrong: the minute has the step “0”, which must be 1 to 59'],
    ['0 0 * * FRI-MON', 'is wrong: the day of the week has the range “FRI-MON”, which goes backwards'],
    ['0 0 L * *', 'is wrong: the day of the month must be of 1 to 31, not “L”'],
    ['0,,5 * * * *', 'is wrong: the minute cannot be “”'],
    ['0 0 30 2 *', 'is never due'],
  ])('refuses %s and says which field is wrong', (cron, reason) => {
    expect(refusal(cron)).toContain(`cron ${reason}`);
  });

  it.each(['Nope/Zone', '+02:00', '', 'Europe/Berlin; DROP', '../../etc/localtime'])('refuses the zone %s', (zone) => {
    expect(refusal('@daily', zone)).toContain('time_zone must be a time zone of the IANA database');
  });
});
