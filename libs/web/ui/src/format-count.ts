const WHOLE = /^-?\d+$/;

/** A whole number with its digits grouped, lossless for the strings in which the API sends 64-bit counts. */
export function formatCount(count: number | string | bigint): string {
  if (typeof count === 'string' && !WHOLE.test(count)) return count;
  return new Intl.NumberFormat().format(typeof count === 'number' ? count : BigInt(count));
}

/** `12.4 M` for headlines; the exact number belongs into the hover. */
export function compactCount(count: number | string | bigint): string {
  const number = Number(count);
  if (!Number.isFinite(number) || Math.abs(number) < 10_000) return formatCount(count);
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
    .format(number)
    .replace(/(\p{L}+)$/u, ' $1');
}

const PLAIN_NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * A number of a table with the digits before its point grouped, none added or lost. Numbers of four digits stay as they
 * are, because most of them are years. Anything that is no plain number stays as it came.
 */
export function groupDigits(text: string): string {
  const [, sign = '', whole, fraction] = PLAIN_NUMBER.exec(text) ?? [];
  if (whole === undefined) return text;
  const format = new Intl.NumberFormat(undefined, { useGrouping: 'min2' });
  const point = format.formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  const leading = /^0+(?=\d)/.exec(whole)?.[0] ?? '';
  return `${sign}${leading}${format.format(BigInt(whole))}${fraction === undefined ? '' : point + fraction}`;
}
