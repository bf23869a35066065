const pad = (number: number): string => String(number).padStart(2, '0');

/** An instant as a `datetime-local` field holds it: in the zone of this device, to the minute. */
export function localInput(instantText: string | undefined): string {
  if (instantText === undefined) return '';
  const at = new Date(instantText);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** The instant that such a field means; undefined while it is not filled in. */
export function instantOfLocal(input: string): string | undefined {
  const time = new Date(input);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
