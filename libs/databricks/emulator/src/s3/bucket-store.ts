import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../state/error-code';
import { KeyLocks } from './key-locks';
import { isWanted, KeyWalk, type WantedKeys } from './key-walk';
import { ObjectFile } from './object-file';
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
    for (const directory of [folder, aside, temporary]) mkdirSync(directory, { recursive: true });
    const index = await ObjectIndex.open(join(ownFolder, 'index.jsonl'));
    const store = new BucketStore(realpathSync.native(folder), aside, temporary, index);
    store.decide();
    return store;
  }

  find(key: string): StoredObject | undefined {
    return this.locate(key)?.object;
  }

  /** The same for a key that a listing has just come to, without links on its way. */
  findListed(key: string): StoredObject | undefined {
    for (const path of this.pathsOf(key)) {
      const facts = ifThere(() => lstatSync(path, { bigint: true }));
      if (facts?.isFile() === true) return this.describe(key, facts);
    }
    return undefined;
  }

  /** The object and its open file, which stay the same whatever is written meanwhile. The caller closes the file. */
  read(key: string): { object: StoredObject; file: ObjectFile } | undefined {
    for (const path of this.pathsOf(key)) {
      if (!this.isOwn(path)) continue;
      const file = ifThere(() => ObjectFile.open(path));
      if (file === undefined) continue;
      const facts = file.stat();
      if (facts.isFile()) return { object: this.describe(key, facts), file };
      file.close();
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
      const facts = statSync(temporary, { bigint: true });
      for (let attempt = 1; ; attempt += 1) {
        const before = this.locate(key);
        this.mustHold(key, before?.object, condition);
        const path = before?.path ?? this.newPath(key);
        const entry: IndexEntry = { key, etag, ...attributes, ...identity(facts), aside: this.isAside(path) };
        await this.index.add(entry);
        try {
          if (before === undefined) nameFirst(temporary, path);
          else renameSync(temporary, path);
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
      const found = this.locate(key);
      this.mustHold(key, found?.object, condition);
      if (found === undefined) return false;
      rmSync(found.path, { force: true });
      await this.index.remove(key);
      if (!this.isAside(found.path)) this.removeEmptyFolders(dirname(found.path));
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
    if (isPath && (start === '' || this.isOwn(folder.slice(0, -1)))) {
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
    for await (const key of this.keys(wanted)) if (this.find(key) !== undefined) return false;
    return true;
  }

  close(): Promise<void> {
    return this.index.close();
  }

  /** Finds out which of the lines a key was written with are of the file that is there now. */
  private decide(): void {
    for (const key of this.index.undecidedKeys()) {
      for (const path of this.pathsOf(key)) {
        const facts = ifThere(() => statSync(path, { bigint: true }));
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

  private locate(key: string): { object: StoredObject; path: string } | undefined {
    for (const path of this.pathsOf(key)) {
      if (!this.isOwn(path)) continue;
      const facts = ifThere(() => statSync(path, { bigint: true }));
      if (facts?.isFile() === true) return { object: this.describe(key, facts), path };
    }
    return undefined;
  }

  /** Where a new object goes, in a folder that is there: to its key's path unless something that is no object is in the way. */
  private newPath(key: string): string {
    const path = join(this.folder, key);
    if (isFileName(key) && this.isFree(path)) return path;
    const aside = asidePath(this.asideFolder, key);
    mkdirSync(dirname(aside), { recursive: true });
    return aside;
  }

  private isFree(path: string): boolean {
    try {
      mkdirSync(dirname(path), { recursive: true });
      return this.isOwn(dirname(path)) && lstatSync(path, { throwIfNoEntry: false }) === undefined;
    } catch {
      // A file is in the way of its folder, or the name is none that a file can have.
      return false;
    }
  }

  /** Whether a path is what it says: no link leads out of the bucket, and no file system took one case for another. */
  private isOwn(path: string): boolean {
    return this.isAside(path) || path === this.folder || ifThere(() => realpathSync.native(path)) === path;
  }

  private isAside(path: string): boolean {
    return path.startsWith(this.asideFolder);
  }

  private mustHold(key: string, found: StoredObject | undefined, { absent, etag }: WriteCondition): void {
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

  private removeEmptyFolders(folder: string): void {
    try {
      for (let path = folder; path !== this.folder; path = dirname(path)) rmdirSync(path);
    } catch {
      // One that holds something, or that somebody else has removed.
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
function nameFirst(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
    rmSync(temporary);
  } catch (error) {
    if (!NO_LINKS_HERE.includes(errorCode(error) ?? '')) throw error;
    // Some file systems have no links: an empty file keeps the name until the whole one has it.
    closeSync(openSync(path, 'wx'));
    renameSync(temporary, path);
  }
}

/** Undefined for what is not there; anything else that goes wrong is thrown on. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (NOT_THERE.includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
