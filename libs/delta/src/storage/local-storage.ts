import { constants, lstat, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { AlreadyExists, InvalidRequest, StorageNotFound } from '../errors';
import { removeUnfinished } from './leftovers';
import { cleanPath, compareBytes, joinPath } from './storage-path';
import { makeSynced, writeInPlace, writeSynced, type FinishedFile } from './synced-files';
import type { FileBackedStorage, StorageEntry, StorageReadOptions } from './storage';

const STAT_BATCH = 64;
/** Those of a table that is written to partition by partition need not be remembered for ever. */
const MOST_TIDIED = 1_000;
/** A third of what the one of `node:fs/promises` takes, which counts in a log of twenty thousand files. */
const described = promisify(lstat);

/** How a folder of this machine is used. */
export interface LocalStorageOptions {
  /**
   * Files are created by calls that block, but for those that wait until the disk has them: a third of the processor time. For threads that
   * have nobody else to serve; default: false.
   */
  readonly blocks?: boolean;
}

/** A folder of this machine. Symbolic links are followed only while they stay below the root. */
export class LocalStorage implements FileBackedStorage {
  readonly location: string;
  private readonly write: typeof writeSynced;
  private realRoot: Promise<string> | undefined;
  /** The folder that was written to last, which was then a real one of this storage. */
  private lastFolder: string | undefined;
  /** Folders in which nothing is left of writers that were killed. */
  private readonly tidied = new Set<string>();

  constructor(root: string, { blocks = false }: LocalStorageOptions = {}) {
    this.location = resolve(root);
    this.write = blocks ? writeInPlace : writeSynced;
  }

  async *list(
    directory: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<StorageEntry> {
    const folder = await this.localFile(directory);
    const all = await readdir(folder).catch((error: unknown) => this.rethrow(error, directory));
    const names = sorted(after(all, options.startAfter));
    for (let start = 0; start < names.length; start += STAT_BATCH) {
      options.signal?.throwIfAborted();
      const entries = await Promise.all(
        names.slice(start, start + STAT_BATCH).map((name) => this.describe(folder, directory, name)),
      );
      for (const entry of entries) {
        if (entry !== undefined) yield entry;
      }
    }
  }

  async read(path: string, options: StorageReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const file = await open(await this.localFile(path), constants.O_RDONLY).catch((error: unknown) =>
      this.rethrow(error, path),
    );
    try {
      const { size } = await file.stat();
      const { offset, length } = window(size, options.range);
      const bytes = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } catch (error) {
      return this.rethrow(error, path);
    } finally {
      await file.close();
    }
  }

  async head(
    path: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ sizeBytes: number; modifiedAt: number } | undefined> {
    options.signal?.throwIfAborted();
    try {
      const stats = await stat(await this.localFile(path));
      return { sizeBytes: stats.size, modifiedAt: modifiedAt(stats) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * A link to a finished, synced file is the only local primitive that is both atomic and exclusive: an exclusive open
   * lets readers see half a file, and a rename overwrites.
   */
  async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.written(path, bytes, 'link');
    } catch (error) {
      throw codeOf(error) === 'EEXIST' && isOfLink(error)
        ? new AlreadyExists(this.describePath(path), { cause: error })
        : error;
    }
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.written(path, bytes, 'rename');
  }

  async localFile(path: string): Promise<string> {
    const clean = cleanPath(path);
    const root = await this.root();
    try {
      const real = await realpath(join(root, clean));
      if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new InvalidRequest(`${JSON.stringify(path)} leads out of ${this.location}`);
      }
      return real;
    } catch (error) {
      return this.rethrow(error, path);
    }
  }

  private async root(): Promise<string> {
    this.realRoot ??= realpath(this.location);
    try {
      return await this.realRoot;
    } catch (error) {
      // The folder may appear later, so a failure must not be remembered.
      this.realRoot = undefined;
      return this.rethrow(error, '');
    }
  }

  /** Gives a finished, synced file its name. */
  private async written(path: string, bytes: Uint8Array, by: FinishedFile): Promise<void> {
    const clean = cleanPath(path);
    const directory = dirname(clean) === '.' ? '' : dirname(clean);
    const target = join(this.location, clean);
    if (directory === this.lastFolder) {
      try {
        return await this.write(target, bytes, by);
      } catch (error) {
        // The folder may be gone since.
        if (!isMissing(error)) throw error;
        this.lastFolder = undefined;
      }
    }
    await this.folderFor(directory);
    await this.tidy(directory);
    await this.write(target, bytes, by);
    this.lastFolder = directory;
  }

  private async tidy(directory: string): Promise<void> {
    if (this.tidied.has(directory) || this.tidied.size === MOST_TIDIED) return;
    this.tidied.add(directory);
    await removeUnfinished(join(this.location, directory));
  }

  /** Makes a folder where there is none: nearly always there is one. */
  private async folderFor(directory: string): Promise<void> {
    try {
      await this.localFile(directory);
    } catch (error) {
      if (!(error instanceof StorageNotFound)) throw error;
      await makeSynced(join(this.location, directory));
      await this.localFile(directory);
    }
  }

  private async describe(folder: string, directory: string, name: string): Promise<StorageEntry | undefined> {
    try {
      const link = await described(join(folder, name));
      const stats = link.isSymbolicLink() ? await stat(await this.localFile(joinPath(directory, name))) : link;
      return { name, isDirectory: stats.isDirectory(), sizeBytes: stats.size, modifiedAt: modifiedAt(stats) };
    } catch (error) {
      // Deleted while listing, a dangling link, or a link out of the root: not part of this storage.
      if (isMissing(error) || error instanceof InvalidRequest) return undefined;
      throw error;
    }
  }

  private describePath(path: string): string {
    return path === '' ? this.location : `${this.location}/${path}`;
  }

  private rethrow(error: unknown, path: string): never {
    if (error instanceof StorageNotFound) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') {
      throw new StorageNotFound(this.describePath(path), { cause: error });
    }
    throw error;
  }
}

function after(names: string[], start: string | undefined): string[] {
  return start === undefined ? names : names.filter((name) => compareBytes(name, start) > 0);
}

/** JavaScript's own order is that of bytes but for what lies beyond the basic plane, and it is much faster. */
function sorted(names: string[]): string[] {
  return names.some((name) => /[\ud800-\uffff]/.test(name)) ? names.sort(compareBytes) : names.sort();
}

function window(size: number, range: StorageReadOptions['range']): { offset: number; length: number } {
  if (range === undefined) return { offset: 0, length: size };
  if ('last' in range) return { offset: Math.max(0, size - range.last), length: Math.min(size, range.last) };
  return { offset: range.offset, length: Math.max(0, Math.min(range.length, size - range.offset)) };
}

function modifiedAt(stats: Stats): number {
  return Math.floor(stats.mtimeMs);
}

function isMissing(error: unknown): boolean {
  return error instanceof StorageNotFound || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function isOfLink(error: unknown): boolean {
  return (error as { syscall?: unknown }).syscall === 'link';
}

/** Asked by shape: file system errors may come from another realm than this module. */
function codeOf(error: unknown): string | undefined {
  const hasCode = error !== null && typeof error === 'object' && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}
