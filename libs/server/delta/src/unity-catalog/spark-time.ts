const TIME = /^([+-]?\d{4,6}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z)?$/;

/** A time as the warehouse writes it, as RFC 3339 to the microsecond. What is none stays what it is. */
export function sparkTimeText(text: string, hasZone: boolean): string {
  const [, day, time, fraction = '', zone] = TIME.exec(text) ?? [];
  if (day === undefined || time === undefined || (zone !== undefined && !hasZone)) return text;
  return `${day}T${time}.${fraction.slice(0, 6).padEnd(6, '0')}${hasZone ? 'Z' : ''}`;
}
