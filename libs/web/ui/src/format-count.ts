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
