import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import {
  InvalidRequest,
  StorageAccessDenied,
  StorageChanged,
  StorageNotFound,
  StorageUnavailable,
} from '@lakescope/delta';
import type { SourceObject } from './source-store';

// These block, and they do it on purpose: a small file of a disk is read in six microseconds so, and in more than a hundred by way of the thread
// pool, which is most of what a run of a hundred thousand files would take. Runs have a thread or a process of their own.

/** What a listing tells of one name. */
export interface LocalEntry extends Omit<SourceObject, 'path'> {
  readonly name: string;
  readonly isDirectory: boolean;
}

const READ_NO_LINK = constants.O_RDONLY | constants.O_NOFOLLOW;

/** Part of a file; less when the file ends before. StorageChanged when it has another ETag than the one given. */
export function readPart(file: string, offset: number, length: number, etag?: string): Buffer {
  return named(file, 'read', () => {
    const handle = openSync(file, READ_NO_LINK);
    try {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(handle, bytes, filled, length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      // Looked at after the reading: what was written meanwhile shows as well.
      if (etag !== undefined && etagOf(fstatSync(handle)) !== etag) throw new StorageChanged(file);
      return bytes.subarray(0, filled);
    } finally {
      closeSync(handle);
    }
  });
}

/** Size, time and identity of a file. InvalidRequest when it is none. */
export function describe(file: string): Stats {
  return named(file, 'read', () => {
    const stats = lstatSync(file);
    const what = unfitness(stats);
    if (what === undefined && stats.isFile()) return stats;
    throw new InvalidRequest(`${file} is ${what === 'link' ? 'a symbolic link, which is not followed' : 'no file'}`);
  });
}

/** What tells the bytes of a file from others that had or will have its name. */
export function etagOf({ ino, size, mtimeMs }: Stats): string {
  return `"${ino}-${size}-${mtimeMs}"`;
}

/**
 * The names in a folder, in the order that their paths have in an object store, where a folder's name ends with a slash; undefined when the
 * folder is not there. Nothing is left out: what cannot be read is told with the reason.
 */
export function entries(folder: string): LocalEntry[] | undefined {
  let names: string[];
  try {
    names = named(folder, 'list', () => readdirSync(folder));
  } catch (error) {
    if (error instanceof StorageNotFound) return undefined;
    throw error;
  }
  const found = names.map((name) => entry(folder, name));
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

function entry(folder: string, name: string): LocalEntry {
  const path = join(folder, name);
  try {
    const stats = lstatSync(path);
    const unfit = unfitness(stats);
    const size = { sizeBytes: stats.size, modifiedAt: Math.floor(stats.mtimeMs) };
    if (unfit !== undefined) return { name, isDirectory: false, ...size, unfit };
    return { name, isDirectory: stats.isDirectory(), ...size, etag: etagOf(stats) };
  } catch (error) {
    // It may as well have got another name, which was not there yet when the names were asked for.
    if (codeOf(error) === 'ENOENT') return { name, isDirectory: false, sizeBytes: 0, modifiedAt: 0, unfit: 'gone' };
    throw asStorageError(error, path, 'read');
  }
}

function unfitness(stats: Stats): 'link' | 'special' | undefined {
  if (stats.isFile() || stats.isDirectory()) return undefined;
  return stats.isSymbolicLink() ? 'link' : 'special';
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
    case 'ELOOP':
      return new InvalidRequest(`${path} is a symbolic link, which is not followed`, { cause: error });
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
