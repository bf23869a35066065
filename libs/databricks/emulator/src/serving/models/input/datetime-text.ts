const ISO =
  /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?)?)?$/i;
/** Months come first, as pandas reads it. */
const SLASHES = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads a date or a time as MLflow's servers read it from JSON: ISO 8601, also shortened, and `month/day/year`. `time` is in
 * milliseconds, of UTC where a zone is said and of a clock without one elsewhere; undefined when the text is none.
 */
export function parseDatetime(text: string): { readonly time: number | undefined; readonly hasZone: boolean } {
  const iso = ISO.exec(text.trim());
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const milliseconds = Number(`0.${fraction ?? 0}`) * 1000;
    const time = at([year, month, day, hour, minute, second], milliseconds);
    return { time: time === undefined ? undefined : time - offsetOf(zone), hasZone: zone !== undefined };
  }
  const [, month, day, year, hour, minute, second] = SLASHES.exec(text.trim()) ?? [];
  const time = year === undefined ? undefined : at([year, month, day, hour, minute, second], 0);
  return { time, hasZone: false };
}

/** Undefined for the 30th of February and for half past twenty-five. */
function at(parts: readonly (string | undefined)[], milliseconds: number): number | undefined {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part, index) =>
    part === undefined ? (index < 3 ? 1 : 0) : Number(part),
  );
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(milliseconds)));
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return same && minute < 60 && second < 60 ? date.getTime() : undefined;
}

/** Milliseconds ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
