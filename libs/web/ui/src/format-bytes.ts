const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A size in IEC units with three significant digits at most: `1.5 MiB`, `381 MiB`, `12 B`. */
export function formatBytes(bytes: number | string | bigint): string {
  const size = Number(bytes);
  if (!Number.isFinite(size)) return String(bytes);
  let unit = 0;
  let scaled = size;
  // 1023.95 would print as "1,024": the next unit begins where rounding would reach it.
  while (Math.abs(scaled) >= 1023.5 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(scaled);
  return `${number} ${UNITS[unit] ?? ''}`;
}

/** Every byte of it, for the hover: the API sends sizes past 2^53 as strings. */
export function exactBytes(bytes: number | string | bigint): string {
  const number = new Intl.NumberFormat().format(typeof bytes === 'number' ? bytes : BigInt(bytes));
  return $localize`${number}:number: bytes`;
}
