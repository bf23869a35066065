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

/** Byte order of the UTF-8 forms, the order object stores list in; UTF-16 order differs beyond the basic plane. */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  return isAscii(left) && isAscii(right)
    ? left < right
      ? -1
      : 1
    : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}
