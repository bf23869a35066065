import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join, sep } from 'node:path';
import { InvalidRequest, StorageAccessDenied, StorageNotFound, StorageUnavailable } from '@lakescope/delta';

// These block, and they do it on purpose: a small file of a disk is read in six microseconds so, and in more than a hundred by way of the thread
// pool, which is most of what a run of a hundred thousand files would take. Runs have a thread or a process of their own.

/** What a listing tells of one name. */
export interface LocalEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** Part of a file; less when the file ends before. */
export function readPart(file: string, offset: number, length: number): Buffer {
  return named(file, 'read', () => {
    const handle = openSync(file, 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(handle, bytes, filled, length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    } finally {
      closeSync(handle);
    }
  });
}

/** Size, time and identity of a file, links followed. */
export function describe(file: string): Stats {
  return named(file, 'read', () => statSync(file));
}

/**
 * The names in a folder, in the order that their paths have in an object store, where a folder's name ends with a slash. Links that lead out of
 * `root` or nowhere are left out; undefined when the folder is not there.
 */
export function entries(folder: string, root: string): LocalEntry[] | undefined {
  let names: string[];
  try {
    names = named(folder, 'list', () => readdirSync(folder));
  } catch (error) {
    if (error instanceof StorageNotFound) return undefined;
    throw error;
  }
  const found = names.flatMap((name) => entry(folder, name, root) ?? []);
  const keyOf = ({ name, isDirectory }: LocalEntry): string => (isDirectory ? `${name}/` : name);
  return found.sort((left, right) => compareBytes(keyOf(left), keyOf(right)));
}

/** The order of UTF-8 bytes, which object stores list in. */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  // UTF-16 has the same order but for what lies beyond the basic plane.
  const isPlain = !/[\ud800-\uffff]/.test(left) && !/[\ud800-\uffff]/.test(right);
  if (isPlain) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function entry(folder: string, name: string, root: string): LocalEntry | undefined {
  const path = join(folder, name);
  try {
    const link = lstatSync(path);
    if (link.isSymbolicLink() && !realpathSync(path).startsWith(root + sep)) return undefined;
    const stats = link.isSymbolicLink() ? statSync(path) : link;
    return {
      name,
      isDirectory: stats.isDirectory(),
      sizeBytes: stats.size,
      modifiedAt: Math.floor(stats.mtimeMs),
    };
  } catch (error) {
    // Deleted while it was listed, or a link to nowhere.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return undefined;
    throw asStorageError(error, path, 'read');
  }
}

function named<T>(path: string, right: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStorageError(error, path, right);
  }
}

/** What a file system refuses, in the words that object stores are told in. */
export function asStorageError(error: unknown, path: string, right: string): unknown {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StorageNotFound(path, { cause: error });
    case 'EISDIR':
      return new InvalidRequest(`${path} is a folder`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new StorageAccessDenied(path, right, { cause: error });
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return new StorageUnavailable(path, codeOf(error) ?? '', { cause: error });
    default:
      return error;
  }
}

/** Asked by shape: file system errors may come from another realm than this module. */
export function codeOf(error: unknown): string | undefined {
  const hasCode = error !== null && typeof error === 'object' && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}
