import { invalidParameter } from '../http/refusals';

/** A path of the workspace tree, without the prefix that clients may write, and the prefix as they wrote it. */
export interface WorkspacePath {
  /** `/Users/ana@acme.io/report`; `/` for the root. */
  readonly path: string;
  /** `/Workspace` or nothing: answers use the spelling of the question. */
  readonly prefix: string;
}

const PREFIX = '/Workspace';
/** More is a mistake: no path of an operating system is longer. */
const LONGEST_PATH = 4096;

/** Refuses what is no absolute path, or could be read as another one. Nothing in it is decoded. */
export function parseWorkspacePath(text: string): WorkspacePath {
  if (!text.startsWith('/')) throw invalidParameter(`Path (${text.slice(0, 200)}) doesn't start with '/'`);
  if (text.length > LONGEST_PATH) throw invalidParameter(`The path is longer than ${LONGEST_PATH} characters`);
  const prefix = text === PREFIX || text.startsWith(`${PREFIX}/`) ? PREFIX : '';
  const segments = text
    .slice(prefix.length)
    .split('/')
    .filter((segment) => segment !== '');
  segments.forEach(refuseTrick);
  return { path: `/${segments.join('/')}`, prefix };
}

/** The folder a path lies in; the root lies in itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path lies below a folder, at any depth. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '/' ? path !== '/' : path.startsWith(`${folder}/`);
}

function refuseTrick(segment: string): void {
  if (segment === '.' || segment === '..') throw invalidParameter('The path must not contain . or ..');
  if (segment.includes('\0')) throw invalidParameter('The path must not contain NUL');
  const bytes = Buffer.from(segment, 'utf8');
  if (bytes.toString('utf8') !== segment) throw invalidParameter('The path is not Unicode text');
  if (bytes.length > 255) throw invalidParameter('A part of the path is longer than 255 bytes');
}
