import { InvalidRequest } from '@lakescope/server-http';
import { Cron } from 'croner';
import { cronFieldsOf } from './cron-fields';

/**
 * When a cron expression is due in a time zone. On days when the clock changes, a time of day that does not exist is due at the next that
 * does, and one that comes twice is due once; what is said by `*` or a step in minutes or hours follows the real hours.
 */
export class CronTimes {
  private readonly cron: Cron;

  /** Throws `InvalidRequest` that names the field `cron` or `time_zone`, and what is wrong with it. */
  constructor(cron: string, timeZone: string) {
    const fields = cronFieldsOf(cron);
    this.cron = new Cron(fields, { timezone: knownTimeZone(timeZone), mode: '5-part', paused: true });
    if (this.after(new Date()) === undefined) {
      const message = 'is never due: no month has that day';
      throw new InvalidRequest(`cron ${message}.`, [{ path: 'cron', message }]);
    }
  }

  /** Of what was accepted once; undefined: it is not known any more, because the rules of time zones change. */
  static known(cron: string, timeZone: string): CronTimes | undefined {
    try {
      return new CronTimes(cron, timeZone);
    } catch (error) {
      if (error instanceof InvalidRequest) return undefined;
      throw error;
    }
  }

  /** The first time after this one; undefined: never. */
  after(moment: Date): Date | undefined {
    return this.cron.nextRun(moment) ?? undefined;
  }

  /** The next so many after this one. */
  next(count: number, moment: Date): Date[] {
    return this.cron.nextRuns(count, moment);
  }
}

/** Of the IANA database, as the platform's own tables of zones have it; a fixed offset is none. */
function knownTimeZone(name: string): string {
  const message = 'must be a time zone of the IANA database, like Europe/Berlin or UTC';
  const refusal = new InvalidRequest(`time_zone ${message}.`, [{ path: 'time_zone', message }]);
  if (!/^[a-z][\w+-]*(?:\/[\w+-]+)*$/i.test(name)) throw refusal;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) throw refusal;
    throw error;
  }
}
