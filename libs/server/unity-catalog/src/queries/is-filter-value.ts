import { ValidateBy } from 'class-validator';

/** Most values of a list. */
export const LONGEST_LIST = 500;
/** Most characters of a text. */
export const LONGEST_VALUE = 10_000;

/** Half of a surrogate pair and U+0000: no text of a database holds them. */
const UNSTORABLE = /[\p{Cs}\u0000]/u;

/** A text, number or truth value, or a list of them; whether it fits its column is decided when that is known. */
export function IsFilterValue(): PropertyDecorator {
  return ValidateBy({
    name: 'isFilterValue',
    validator: {
      validate: (value: unknown) => (Array.isArray(value) ? isList(value) : isScalar(value)),
      defaultMessage: () =>
        `$property must be a text of at most ${LONGEST_VALUE} characters, a number, true or false, or a list of 1 to ${LONGEST_LIST} of them`,
    },
  });
}

function isList(value: readonly unknown[]): boolean {
  return value.length > 0 && value.length <= LONGEST_LIST && value.every(isScalar);
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_VALUE && !UNSTORABLE.test(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
