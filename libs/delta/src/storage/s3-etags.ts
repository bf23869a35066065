/** Some stores leave the quotes out of their listings, without which it is no condition; a weak ETag never fulfils one (RFC 9110, 13.1.1). */
export function quoted(etag: string | undefined): string | undefined {
  if (etag === undefined || etag === '' || etag.startsWith('W/')) return undefined;
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

/** Whether an ETag is another one than expected, as far as both are known; quotes and weakness are left to the store. */
export function isAnother(etag: string | undefined, expected: string | undefined): boolean {
  const plain = (text: string): string => text.replace(/^W\//, '').replaceAll('"', '');
  return etag !== undefined && expected !== undefined && plain(etag) !== plain(expected);
}
