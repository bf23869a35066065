import { formatDuration } from '@lakescope/web-ui';

const MINUTE_MS = 60_000;

/** How long something has been running: tenths of a second while they can be followed, whole seconds beyond. */
export function runClock(milliseconds: number): string {
  if (milliseconds >= MINUTE_MS) return formatDuration(milliseconds / 1000);
  const seconds = (Math.floor(Math.max(0, milliseconds) / 100) / 10).toFixed(1);
  return $localize`${seconds}:seconds: s`;
}
