const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['infinity', 'Infinity'],
  ['-inf', '-Infinity'],
  ['-infinity', '-Infinity'],
]);

/**
 * What somebody typed for a number, as JSON, digit for digit. What is none stays as text, so that it is marked where it
 * stands instead of being lost.
 */
export function numberJson(typed: string): string {
  const text = typed.trim();
  if (NUMBER.test(text)) return text;
  return NOT_FINITE.get(text.toLowerCase()) ?? JSON.stringify(typed);
}
