import type { JobSchedule } from '@lakescope/databricks-wire';
import { Cron } from 'croner';
import { JsonFields } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';

/**
 * When a job is due: a Quartz expression (seconds first; a `?` in exactly one of day of month and day of week; weekdays count
 * from 1 = Sunday; a year may follow) in a time zone of the IANA database.
 */
export class QuartzSchedule {
  private constructor(
    private readonly cron: Cron,
    readonly expression: string,
    readonly timeZone: string,
    readonly isPaused: boolean,
  ) {}

  /** Of the field `schedule` of a job. Refuses what is no schedule in the words of the Jobs API. */
  static parse(schedule: unknown): QuartzSchedule {
    const fields = new JsonFields(schedule);
    const expression = fields.requiredText('quartz_cron_expression');
    const timeZone = fields.requiredText('timezone_id');
    const paused = fields.text('pause_status') ?? 'UNPAUSED';
    if (paused !== 'PAUSED' && paused !== 'UNPAUSED') {
      throw invalidParameter(`pause_status ${paused.slice(0, 100)} is none of PAUSED, UNPAUSED.`);
    }
    return new QuartzSchedule(cronOf(expression, knownTimeZone(timeZone)), expression, timeZone, paused === 'PAUSED');
  }

  /** The first time after this one; undefined: never again. */
  after(moment: Date): Date | undefined {
    return this.cron.nextRun(moment) ?? undefined;
  }

  describe(): JobSchedule {
    return {
      quartz_cron_expression: this.expression,
      timezone_id: this.timeZone,
      pause_status: this.isPaused ? 'PAUSED' : 'UNPAUSED',
    };
  }
}

function cronOf(expression: string, timezone: string): Cron {
  const refuse = (why: string, cause?: unknown): never => {
    const refusal = invalidParameter(`Invalid quartz_cron_expression '${expression.slice(0, 200)}': ${why}`);
    refusal.cause = cause;
    throw refusal;
  };
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== 6 && parts.length !== 7) {
    return refuse('six or seven fields are expected: seconds minutes hours day-of-month month day-of-week [year].');
  }
  const [seconds = '', minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year] = parts;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    return refuse("'?' must stand for exactly one of day-of-month and day-of-week.");
  }
  if ([seconds, minutes, hours, month, year ?? ''].some((part) => part.includes('?'))) {
    return refuse("'?' can only be specified for day-of-month or day-of-week.");
  }
  const stepped = [seconds, minutes, hours, everyDay(dayOfMonth), month, lastWeekday(everyDay(dayOfWeek)), year];
  const pattern = stepped.filter((part) => part !== undefined).map(stepFromAStart);
  try {
    return new Cron(pattern.join(' '), {
      ...{ timezone, paused: true, alternativeWeekdays: true },
      mode: year === undefined ? '6-part' : '7-part',
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it cannot be read.', error);
  }
}

function everyDay(part: string): string {
  return part === '?' ? '*' : part;
}

/** Quartz writes the last Friday of a month `6L`, the other library `6#L`. */
function lastWeekday(part: string): string {
  return part.replace(/^(\w{1,3})L$/i, (whole, day: string) => (/^\d|[a-z]{3}$/i.test(day) ? `${day}#L` : whole));
}

/** Quartz writes `0/15` for every fifteenth from 0 on. */
function stepFromAStart(part: string, index: number): string {
  const start = /^(\d{1,2})\/(\d{1,3})$/.exec(part);
  const last = [59, 59, 23, 31, 12, 7][index];
  return start === null || last === undefined ? part : `${start[1]}-${last}/${start[2]}`;
}

function knownTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (cause) {
    const refusal = invalidParameter(`timezone_id '${name.slice(0, 100)}' is no time zone, like Europe/Berlin or UTC.`);
    refusal.cause = cause;
    throw refusal;
  }
}
