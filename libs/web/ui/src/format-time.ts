const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 minutes ago`, `in 2 hours`, `just now`. */
export function relativeTime(instant: string | Date, now: number): string {
  const time = new Date(instant).getTime();
  if (Number.isNaN(time)) return String(instant);
  const seconds = (time - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) {
      return new Intl.RelativeTimeFormat(undefined, { numeric: 'always' }).format(Math.trunc(seconds / length), unit);
    }
  }
  return $localize`just now`;
}

/** Local time with its zone, to the second; what `relativeTime` leaves out. */
export function exactTime(instant: string | Date): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return String(instant);
  return new Intl.DateTimeFormat(undefined, {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(time);
}
