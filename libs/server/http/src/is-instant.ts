import { ValidateBy } from 'class-validator';

const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A point in time (RFC 3339), not a local time: with Z or an offset, on a day that exists. */
export const IsInstant = (): PropertyDecorator =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: isInstant,
      defaultMessage: () => '$property must be a time like 2026-11-21T08:30:00Z',
    },
  });

function isInstant(value: unknown): boolean {
  const [, day] = typeof value === 'string' ? (INSTANT.exec(value) ?? []) : [];
  if (day === undefined || Number.isNaN(Date.parse(String(value)))) return false;
  // JavaScript takes 30 February for 2 March.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}
