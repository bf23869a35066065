import { InvalidRequest } from '../errors';

/**
 * The clean form of a path below a storage root. `..`, a leading slash and NUL are refused rather than resolved: no honest
 * path inside a table needs them.
 */
export function cleanPath(path: string): string {
  if (path.includes('\0') || path.startsWith('/')) {
    throw new InvalidRequest(`${JSON.stringify(path)} is not a path below the storage root`);
  }
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) {
    throw new InvalidRequest(`${JSON.stringify(path)} leaves the storage root`);
  }
  return segments.join('/');
}

export function joinPath(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** From here on the order of UTF-16 units is not that of code points. */
const SURROGATES = 0xd800;

/** Byte order of the UTF-8 forms, the order object stores list in; UTF-16 order differs beyond the basic plane. */
export function compareBytes(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const one = left.charCodeAt(index);
    const other = right.charCodeAt(index);
    if (one === other) continue;
    if (one < SURROGATES && other < SURROGATES) return one < other ? -1 : 1;
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return Math.sign(left.length - right.length);
}
