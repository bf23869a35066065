/** When something is due, for those who do not read cron. */
export const PRESETS: readonly { readonly cron: string; readonly label: string }[] = [
  { cron: '*/15 * * * *', label: $localize`Every 15 minutes` },
  { cron: '0 * * * *', label: $localize`Every hour` },
  { cron: '0 */6 * * *', label: $localize`Every 6 hours` },
  { cron: '0 2 * * *', label: $localize`Every day at 02:00` },
  { cron: '0 6 * * 1-5', label: $localize`On working days at 06:00` },
  { cron: '0 3 * * 1', label: $localize`Every Monday at 03:00` },
];

/** What a cron expression means where it is one of the presets; undefined for others. */
export function presetOf(cron: string): string | undefined {
  const plain = cron.trim().replace(/\s+/g, ' ');
  return PRESETS.find((preset) => preset.cron === plain)?.label;
}

/** The zone of this device. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Names of zones to choose from, and not the only ones the server knows; that of this device first, then UTC. */
export function knownZones(): readonly string[] {
  return [...new Set([ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}

/** A time on the clock of a zone: `Mon, 23 Nov, 02:00 GMT+1`. The server may know zones that this browser does not: then it is in UTC. */
export function timeIn(zone: string, instant: string): string {
  const parts: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  };
  const format = (timeZone: string): string =>
    new Intl.DateTimeFormat(undefined, { ...parts, timeZone }).format(new Date(instant));
  try {
    return format(zone);
  } catch (error) {
    if (error instanceof RangeError) return format('UTC');
    throw error;
  }
}
