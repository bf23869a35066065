import { InvalidRequest } from '@lakescope/delta';

/** What no name of an object may have in it here: controls break listings and logs, and half a surrogate has no bytes. */
const UNFIT = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

/** What nearly all paths look like, so that they need no closer look: no part is empty or made of dots, and nothing needs to be encoded. */
const PLAIN = /^\.?[A-Za-z0-9_][\w.=+-]*(?:\/\.?[A-Za-z0-9_][\w.=+-]*)*$/;

/** Whether a text can be the name of one file or folder. */
export function isName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/') && !UNFIT.test(text);
}

/** A path below a root as it is asked for: `..`, empty parts and controls are refused rather than resolved. */
export function refuseUnfit(path: string): string {
  if (PLAIN.test(path) || path.split('/').every(isName)) return path;
  throw new InvalidRequest(`${JSON.stringify(path.slice(0, 200))} is not a path below the root of a store`);
}

/** `s3a` and `s3n` are S3 as well; trailing slashes mean nothing, but for those of a scheme: `file://` is the root of the machine. */
export function normalUri(uri: string): string {
  return uri
    .replace(/^s3[an]:/i, 's3:')
    .replace(/^file:\/*(?=\/|$)/i, 'file://')
    .replace(/(?<![:/])\/+$/, '')
    .replace(/^file:\/\/\/+$/i, 'file://');
}

/** What of a URI lies below a root: '' for the root itself, undefined when it is somewhere else. */
export function below(root: string, uri: string): string | undefined {
  const [folder, path] = [normalUri(root), normalUri(uri)];
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** The URI of an object as a reference of the log (RFC 3986): readers decode it exactly once. */
export function encodedUri(root: string, path: string): string {
  return encoded(root) + '/' + (PLAIN.test(path) ? path : encoded(path));
}

function encoded(text: string): string {
  return encodeURI(text).replace(/[?#]/g, encodeURIComponent);
}

/** The same for a path relative to the table: a colon in its first part would make it a scheme. */
export function encodedRelativePath(path: string): string {
  return PLAIN.test(path) ? path : path.split('/').map(encodeURIComponent).join('/');
}
