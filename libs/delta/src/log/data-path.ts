/** Schemes that name the same store (PROTOCOL.md leaves them to the file system, all S3 clients treat them alike). */
const SAME_SCHEME: ReadonlyMap<string, string> = new Map([
  ['s3a', 's3'],
  ['s3n', 's3'],
  ['wasbs', 'wasb'],
  ['abfss', 'abfs'],
]);

/**
 * The one form of a path of the log, so that `file:/x`, `file:///x` and `/x` are one file in replay. The log holds URI
 * references: percent-encoding is undone exactly once. Paths below the table's location become relative to it.
 */
export function dataPath(reference: string, location: string): string {
  const decoded = decodeOnce(reference);
  const absolute = absolutePath(decoded);
  if (absolute === undefined) return decoded.replace(/^(\.\/)+/, '');
  const root = (absolutePath(location) ?? location).replace(/\/+$/, '');
  return absolute.startsWith(`${root}/`) ? absolute.slice(root.length + 1) : absolute;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:\//.test(path);
}

function absolutePath(decoded: string): string | undefined {
  if (decoded.startsWith('/')) return decoded.replace(/^\/+/, '/');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):(\/.*)$/s.exec(decoded);
  if (scheme?.[1] === undefined || scheme[2] === undefined) return undefined;
  const name = scheme[1].toLowerCase();
  if (name === 'file' || name === 'dbfs') return localPath(scheme[2]) ?? `${name}:${scheme[2]}`;
  return `${SAME_SCHEME.get(name) ?? name}:${scheme[2]}`;
}

/** `/x`, `///x` and `//localhost/x` are this machine's (RFC 8089); a file of another host is not. */
function localPath(hierarchical: string): string | undefined {
  const host = /^\/\/([^/]*)/.exec(hierarchical);
  if (host === null || host[1] === '') return hierarchical.replace(/^\/+/, '/');
  return host[1]?.toLowerCase() === 'localhost' ? hierarchical.slice(host[0].length).replace(/^\/*/, '/') : undefined;
}

function decodeOnce(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    // A bare '%' from a writer that does not encode at all.
    return reference;
  }
}
