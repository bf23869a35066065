import { formatDuration } from '@lakescope/web-ui';

const A_MINUTE_S = 60;
const UNITS: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1_440 };
/** A year: the server takes no longer one. */
const MOST = 525_600;

/** Minutes that people mean by `90`, `90 min`, `1.5 h` or `2 d`; undefined for what is no length of time from a minute to a year. */
export function minutesFrom(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:[.,]\d+)?)\s*(min|[mhd])?\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const minutes = Number(number.replace(',', '.')) * (UNITS[(unit ?? 'm').toLowerCase()] ?? 1);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST ? minutes : undefined;
}

/** The same as a field holds it. */
export function minutesText(minutes: number): string {
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  if (minutes % 60 === 0) return `${minutes / 60} h`;
  return `${minutes} min`;
}

/** How far behind, for people; seconds alone where it is less than a minute. */
export function lagText(seconds: number | null): string {
  return seconds === null ? '' : formatDuration(seconds);
}

export function minutesOf(seconds: number | null): number | undefined {
  return seconds === null ? undefined : Math.round(seconds / A_MINUTE_S);
}
