import type { JsonValue } from '../schema/types';

/** A float or double (`type`) as JSON; what is no number there is text. */
export function numberToJson(value: number, type: string): JsonValue {
  if (!Number.isFinite(value)) return String(value);
  return type === 'float' ? shortestFloat(value) : value;
}

/** The shortest decimal that is the same 32-bit float: 0.1 rather than 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}
