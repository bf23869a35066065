import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, realpath, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { constants, type BigIntStats } from 'node:fs';
import { errorCode } from '../state/error-code';
import { KeyLocks } from './key-locks';
import { isWanted, KeyWalk, type WantedKeys } from './key-walk';
import { asidePath, compareKeys, isFileName } from './object-key';
import { ObjectIndex, type FileIdentity, type IndexEntry, type ObjectAttributes } from './object-index';
import { noSuchKey, preconditionFailed } from './s3-error';

export interface StoredObject extends ObjectAttributes {
  readonly key: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Without quotes. MD5 of what was uploaded; for a file that came another way a tag of that file, ending in `-1`. */
  readonly etag: string;
}

/** What must hold for a write: nothing there (`If-None-Match: *`), or this very object (`If-Match`). */
export interface WriteCondition {
  readonly absent?: boolean;
  readonly etag?: string;
}

export interface NewObject extends ObjectAttributes {
  readonly key: string;
  readonly etag: string;
}

const NOT_THERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EISDIR', 'ENXIO'];
/** A name that is taken by a folder, or lies below one that is a file. */
const IN_THE_WAY = ['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'];
const NO_LINKS_HERE = ['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'];
/** Opening a pipe must not wait for its writer. */
const READ = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);
const ATTEMPTS = 20;

/**
 * The objects of one bucket. An object is a file at its key below the bucket's folder, so others see it where they expect
 * it, and files that others put there are objects. A key that can be no such path (`a//b`, or `a` beside `a/b`) has its
 * file aside. A file is written beside and then gets its name; a new name is made by `link`, which fails when it is taken:
 * of two writers who want to be the first, one is.
 */
export class BucketStore {
  private readonly locks = new KeyLocks();
  private readonly walk = new KeyWalk();

  private constructor(
    private readonly folder: string,
    private readonly asideFolder: string,
    private readonly temporaryFolder: string,
    private readonly index: ObjectIndex,
  ) {}

  /** `folder` holds the objects, `ownFolder` everything that is none. What a kill left half written is removed. */
  static async open(folder: string, ownFolder: string): Promise<BucketStore> {
    const [aside, temporary] = [join(ownFolder, 'aside'), join(ownFolder, 'temporary')];
    await rm(temporary, { recursive: true, force: true });
    for (const directory of [folder, aside, temporary]) await mkdir(directory, { recursive: true });
    const index = await ObjectIndex.open(join(ownFolder, 'index.jsonl'));
    const store = new BucketStore(await realpath(folder), aside, temporary, index);
    await store.decide();
    return store;
  }

  async find(key: string): Promise<StoredObject | undefined> {
    return (await this.locate(key))?.object;
  }

  /** The same for a key that a listing has just come to, without links on its way. */
  async findListed(key: string): Promise<StoredObject | undefined> {
    for (const path of this.pathsOf(key)) {
      const facts = await lstat(path, { bigint: true }).catch(ifThere);
      if (facts?.isFile() === true) return this.describe(key, facts);
    }
    return undefined;
  }

  /** The object and its open file, which stay the same whatever is written meanwhile. The caller closes the file. */
  async read(key: string): Promise<{ object: StoredObject; file: FileHandle } | undefined> {
    for (const path of this.pathsOf(key)) {
      if (!(await this.isOwn(path))) continue;
      const file = await open(path, READ).catch(ifThere);
      if (file === undefined) continue;
      const facts = await file.stat({ bigint: true });
      if (facts.isFile()) return { object: this.describe(key, facts), file };
      await file.close();
    }
    return undefined;
  }

  /** A file to write an upload into, in the same file system as the objects. Removed at the next start when forgotten. */
  temporaryFile(): string {
    return join(this.temporaryFolder, randomUUID());
  }

  /** Makes a written file the object of its key. Throws PreconditionFailed or NoSuchKey when the condition does not hold. */
  put(
    temporary: string,
    { key, etag, ...attributes }: NewObject,
    condition: WriteCondition = {},
  ): Promise<StoredObject> {
    return this.locks.hold(key, async () => {
      const facts = await stat(temporary, { bigint: true });
      for (let attempt = 1; ; attempt += 1) {
        const before = await this.locate(key);
        await this.mustHold(key, before?.object, condition);
        const path = before?.path ?? (await this.newPath(key));
        const entry: IndexEntry = { key, etag, ...attributes, ...identity(facts), aside: this.isAside(path) };
        await this.index.add(entry);
        try {
          await mkdir(dirname(path), { recursive: true });
          if (before === undefined) await nameFirst(temporary, path);
          else await rename(temporary, path);
        } catch (error) {
          // Somebody made or removed a folder or the file in the way since we looked: look again.
          if (attempt < ATTEMPTS && [...IN_THE_WAY, 'ENOENT'].includes(errorCode(error) ?? '')) continue;
          throw error;
        }
        this.index.settleOn(entry);
        return this.describe(key, facts);
      }
    });
  }

  /** Answers whether there was such an object. */
  remove(key: string, condition: WriteCondition = {}): Promise<boolean> {
    return this.locks.hold(key, async () => {
      const found = await this.locate(key);
      await this.mustHold(key, found?.object, condition);
      if (found === undefined) return false;
      await rm(found.path, { force: true });
      await this.index.remove(key);
      if (!this.isAside(found.path)) await this.removeEmptyFolders(dirname(found.path));
      return true;
    });
  }

  /** The keys a listing wants, in its order. What was removed since may be among them. */
  async *keys(wanted: WantedKeys): AsyncGenerator<string> {
    const aside = this.index.keysAside().filter((key) => isWanted(key, wanted));
    aside.sort(compareKeys);
    const start = wanted.prefix.slice(0, wanted.prefix.lastIndexOf('/') + 1);
    const isPath = start === '' || isFileName(start.slice(0, -1));
    const folder = join(this.folder, start);
    let next = 0;
    if (isPath && (start === '' || (await this.isOwn(folder.slice(0, -1))))) {
      for await (const key of this.walk.keys(folder, start, wanted)) {
        for (let other = aside[next]; other !== undefined && compareKeys(other, key) <= 0; other = aside[next]) {
          next += 1;
          if (other !== key && isWanted(other, wanted)) yield other;
        }
        // Told of by now through what lay aside.
        if (isWanted(key, wanted)) yield key;
      }
    }
    for (const key of aside.slice(next)) if (isWanted(key, wanted)) yield key;
  }

  async isEmpty(): Promise<boolean> {
    const wanted = { prefix: '', after: '', skip: undefined };
    for await (const key of this.keys(wanted)) if ((await this.find(key)) !== undefined) return false;
    return true;
  }

  close(): Promise<void> {
    return this.index.close();
  }

  /** Finds out which of the lines a key was written with are of the file that is there now. */
  private async decide(): Promise<void> {
    for (const key of this.index.undecidedKeys()) {
      for (const path of this.pathsOf(key)) {
        const facts = await stat(path, { bigint: true }).catch(ifThere);
        const entry = facts === undefined ? undefined : this.index.find(key, identity(facts));
        if (entry !== undefined) this.index.settleOn(entry);
      }
    }
  }

  /** Where the object of a key may be, the likeliest first. */
  private pathsOf(key: string): string[] {
    const own = isFileName(key) ? [join(this.folder, key)] : [];
    return this.index.hasAside(key) ? [asidePath(this.asideFolder, key), ...own] : own;
  }

  private async locate(key: string): Promise<{ object: StoredObject; path: string } | undefined> {
    for (const path of this.pathsOf(key)) {
      if (!(await this.isOwn(path))) continue;
      const facts = await stat(path, { bigint: true }).catch(ifThere);
      if (facts?.isFile() === true) return { object: this.describe(key, facts), path };
    }
    return undefined;
  }

  /** Where a new object goes: to its key's path unless something that is no object is in the way. */
  private async newPath(key: string): Promise<string> {
    const aside = asidePath(this.asideFolder, key);
    if (!isFileName(key)) return aside;
    const path = join(this.folder, key);
    try {
      await mkdir(dirname(path), { recursive: true });
      if (!(await this.isOwn(dirname(path)))) return aside;
      await lstat(path);
      return aside;
    } catch (error) {
      return errorCode(error) === 'ENOENT' ? path : aside;
    }
  }

  /** Whether a path is what it says: no link leads out of the bucket, and no file system took one case for another. */
  private async isOwn(path: string): Promise<boolean> {
    return this.isAside(path) || path === this.folder || (await realpath(path).catch(ifThere)) === path;
  }

  private isAside(path: string): boolean {
    return path.startsWith(this.asideFolder);
  }

  private async mustHold(
    key: string,
    found: StoredObject | undefined,
    { absent, etag }: WriteCondition,
  ): Promise<void> {
    if (absent === true && found !== undefined) throw preconditionFailed('If-None-Match');
    if (etag === undefined) return;
    if (found === undefined) throw noSuchKey(key);
    if (etag !== '*' && etag !== found.etag) throw preconditionFailed('If-Match');
  }

  private describe(key: string, facts: BigIntStats): StoredObject {
    const file = identity(facts);
    const entry = this.index.find(key, file);
    return {
      key,
      size: file.size,
      modifiedAt: Number(facts.mtimeMs),
      etag: entry?.etag ?? `${tagOf(file)}-1`,
      headers: entry?.headers ?? {},
      ...(entry?.checksum === undefined ? {} : { checksum: entry.checksum }),
    };
  }

  private async removeEmptyFolders(folder: string): Promise<void> {
    for (let path = folder; path !== this.folder; path = dirname(path)) {
      const removed = await rmdir(path).then(
        () => true,
        () => false,
      );
      if (!removed) return;
    }
  }
}

function identity({ size, mtimeNs, ino }: BigIntStats): FileIdentity {
  return { size: Number(size), modified: String(mtimeNs), inode: String(ino) };
}

/** Hashing the bytes of every file that came another way would make listings as slow as reading everything. */
function tagOf({ size, modified, inode }: FileIdentity): string {
  return createHash('md5').update(`${inode}:${size}:${modified}`).digest('hex');
}

/** Gives a file a name nobody else has. */
async function nameFirst(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
    await rm(temporary);
  } catch (error) {
    if (!NO_LINKS_HERE.includes(errorCode(error) ?? '')) throw error;
    // Some file systems have no links: an empty file keeps the name until the whole one has it.
    await (await open(path, 'wx')).close();
    await rename(temporary, path);
  }
}

/** Undefined for what is not there; anything else that goes wrong is thrown on. */
function ifThere(error: unknown): undefined {
  if (NOT_THERE.includes(errorCode(error) ?? '')) return undefined;
  throw error;
}
