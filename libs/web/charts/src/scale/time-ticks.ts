const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WITHIN_A_DAY = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const WHOLE_DAYS = [1, 2, 7, 14, 28];

/**
 * Instants between two others (epoch milliseconds) that are round on the clock of this device, at most so many. Steps of
 * days follow the calendar, so midnight stays midnight over a change to or from summer time.
 */
export function timeTicks(from: number, to: number, most: number): readonly number[] {
  const length = Math.max(0, to - from);
  const wanted = Math.max(1, most);
  const step = WITHIN_A_DAY.find((candidate) => length / candidate <= wanted);
  if (step !== undefined) return withinDays(from, to, step);
  const days = WHOLE_DAYS.find((candidate) => length / (candidate * DAY) <= wanted) ?? Math.ceil(length / DAY / wanted);
  return wholeDays(from, to, days);
}

function withinDays(from: number, to: number, step: number): readonly number[] {
  const ticks: number[] = [];
  const day = new Date(from);
  day.setHours(0, 0, 0, 0);
  for (; day.getTime() <= to; day.setDate(day.getDate() + 1)) {
    for (let minutes = 0; minutes < 24 * 60; minutes += step / MINUTE) {
      const tick = new Date(day);
      tick.setMinutes(minutes);
      const time = tick.getTime();
      // The hour that summer time leaves out is the next one again.
      if (time >= from && time <= to && ticks.at(-1) !== time) ticks.push(time);
    }
  }
  return ticks;
}

function wholeDays(from: number, to: number, days: number): readonly number[] {
  const ticks: number[] = [];
  const day = new Date(from);
  day.setHours(0, 0, 0, 0);
  if (day.getTime() < from) day.setDate(day.getDate() + 1);
  for (; day.getTime() <= to; day.setDate(day.getDate() + days)) ticks.push(day.getTime());
  return ticks;
}

/** The label of such an instant: the time of day, at midnight the date. */
export function tickLabel(instant: number): string {
  const time = new Date(instant);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return new Intl.DateTimeFormat(
    undefined,
    isMidnight ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  ).format(time);
}

/** A length of time as people read it off a clock: `21 Nov 12:05–12:10`, and with both dates where they differ; empty for no time. */
export function spanLabel(from: number, seconds: number): string {
  if (!Number.isFinite(from)) return '';
  const format = new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  // Intl puts thin spaces around its dash, which break where they should not.
  return format.formatRange(from, from + seconds * 1000).replace(/\u2009/g, '');
}
