const ROOT = '/Volumes';

/**
 * The path a person meant by what they pasted: with quotes, a `dbfs:` prefix, doubled or trailing slashes, or copied out
 * of a notebook. Undefined when it is no path below /Volumes. Dots are refused, not resolved: the server does the same.
 */
export function volumePath(pasted: string): string | undefined {
  const bare = pasted
    .trim()
    .replace(/^["'`]+|["'`]+$/g, '')
    .replace(/^dbfs:/i, '');
  const parts = bare.split('/').filter((part) => part !== '');
  const [root, ...rest] = parts;
  if (!bare.startsWith('/') || root?.toLowerCase() !== 'volumes') return undefined;
  if (rest.some((part) => part === '.' || part === '..')) return undefined;
  return [ROOT, ...rest].join('/');
}

export type Level = 'root' | 'catalog' | 'schema' | 'folder';

/** What a path names, by its depth: /Volumes/<catalog>/<schema>/<volume>/... */
export function levelOf(path: string): Level {
  const depth = partsOf(path).length;
  return depth === 0 ? 'root' : depth === 1 ? 'catalog' : depth === 2 ? 'schema' : 'folder';
}

/** The names below /Volumes. */
export function partsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .slice(1);
}

export function parentOf(path: string): string | undefined {
  const parts = partsOf(path);
  return parts.length === 0 ? undefined : [ROOT, ...parts.slice(0, -1)].join('/');
}

export function nameOf(path: string): string {
  return partsOf(path).at(-1) ?? ROOT.slice(1);
}

/** Every folder on the way from /Volumes to the path, itself included. */
export function ancestorsOf(path: string): readonly string[] {
  return [ROOT, ...partsOf(path).map((_, index, parts) => [ROOT, ...parts.slice(0, index + 1)].join('/'))];
}

export const volumesRoot = ROOT;
