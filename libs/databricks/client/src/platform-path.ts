/** Percent-encodes an absolute path segment by segment; separators stay. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
