import { PlatformError } from './platform-error';

/** Percent-encodes an absolute path segment by segment; separators stay. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** A name as one segment. There is nothing called `.` or `..`: whoever resolves such a path would come out at another API. */
export function encodeSegment(name: string): string {
  if (name === '' || name === '.' || name === '..') throw new PlatformError('not_found', 'Nothing has such a name');
  return encodeURIComponent(name);
}
