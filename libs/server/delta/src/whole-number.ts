import { Transform } from 'class-transformer';

/** Reads an integer of a query string as a number; anything else stays text, so that validation refuses it (`Number('')` would be 0). */
export function WholeNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
  );
}
