import type { Dirent, Stats } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { DirectoryEntry } from '@lakescope/databricks-wire';
import { invalidParameter, permissionDenied } from '../http/refusals';
import { errorCode } from '../state/error-code';
import {
  directoryExists,
  directoryNotEmpty,
  fileExists,
  fileInTheWay,
  noSuchDirectory,
  noSuchFile,
} from './files-refusals';

export interface DirectoryPage {
  readonly entries: readonly DirectoryEntry[];
  /** The name the next page starts after. */
  readonly nextAfter: string | undefined;
}

/** The folder behind a volume. Nothing outside of it is reachable, whatever links lie in it. */
export class VolumeFiles {
  private constructor(private readonly root: string) {}

  /** The root may itself be reached by links; undefined when the folder is not there. */
  static async at(directory: string): Promise<VolumeFiles | undefined> {
    const root = await existing(realpath(directory));
    return root === undefined ? undefined : new VolumeFiles(root);
  }

  async isDirectory(segments: readonly string[]): Promise<boolean> {
    return (await this.locate(segments))?.stats.isDirectory() ?? false;
  }

  /** What a file is like, without opening it. Undefined: no such file. */
  async fileStats(segments: readonly string[]): Promise<Stats | undefined> {
    const found = await this.locate(segments);
    return found?.stats.isFile() === true ? found.stats : undefined;
  }

  /** The caller closes the handle, or hands it to a stream that does. */
  async openFile(segments: readonly string[]): Promise<{ handle: FileHandle; stats: Stats } | undefined> {
    const found = await this.locate(segments);
    // Opening a pipe would wait for its writer for ever, so only what is known to be a file is opened.
    if (found?.stats.isFile() !== true) return undefined;
    const handle = await existing(open(found.path, 'r'));
    if (handle === undefined) return undefined;
    return { handle, stats: await handle.stat() };
  }

  /** Direct children in byte order of their names. Undefined: no such directory. */
  async list(
    segments: readonly string[],
    page: { path: string; after: string | undefined; limit: number },
  ): Promise<DirectoryPage | undefined> {
    const directory = await this.locate(segments);
    if (directory?.stats.isDirectory() !== true) return undefined;
    const children = (await existing(readdir(directory.path, { withFileTypes: true }))) ?? [];
    const after = page.after === undefined ? undefined : Buffer.from(page.after);
    const rest = children
      .map((child) => ({ child, bytes: Buffer.from(child.name) }))
      .filter(({ bytes }) => after === undefined || Buffer.compare(bytes, after) > 0)
      .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
      .map(({ child }) => child);
    const cut = rest.slice(0, page.limit);
    const entries = await Promise.all(cut.map((child) => this.describe(segments, child, page.path)));
    return {
      entries: entries.filter((entry) => entry !== undefined),
      nextAfter: rest.length > cut.length ? cut.at(-1)?.name : undefined,
    };
  }

  /** Refuses what `place` would refuse, before anything is sent; somebody else may still come in between. */
  async refuseTaken(segments: readonly string[], { overwrite }: { overwrite: boolean }): Promise<void> {
    if (segments.length === 0) throw directoryExists();
    const found = await this.locate(segments);
    if (found?.stats.isDirectory() === true) throw directoryExists();
    if (found !== undefined && !overwrite) throw fileExists();
  }

  /**
   * Puts a complete file, which lies on the same file system, where it belongs, at once: readers and a crash find the old
   * file or the new one. Parents that are missing are made. Without `overwrite` one of several who come together wins.
   */
  async place(file: string, segments: readonly string[], { overwrite }: { overwrite: boolean }): Promise<void> {
    const name = segments.at(-1);
    if (name === undefined) throw directoryExists();
    const target = join(await this.makeDirectories(segments.slice(0, -1)), name);
    try {
      await (overwrite ? rename(file, target) : link(file, target));
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code === 'EISDIR' || code === 'ENOTEMPTY') throw directoryExists();
      if (code === 'EEXIST') throw (await lstat(target)).isDirectory() ? directoryExists() : fileExists();
      throw ofStorage(error);
    }
  }

  /** Whether what lies there is this very file, and no copy of it. */
  async holds(file: string, segments: readonly string[]): Promise<boolean> {
    const [found, own] = await Promise.all([this.locate(segments), existing(stat(file))]);
    return found !== undefined && own !== undefined && found.stats.ino === own.ino && found.stats.dev === own.dev;
  }

  async createDirectory(segments: readonly string[]): Promise<void> {
    await this.makeDirectories(segments);
  }

  async deleteFile(segments: readonly string[]): Promise<void> {
    const found = await this.locate(segments);
    if (found?.stats.isFile() !== true) throw noSuchFile();
    const entry = await this.entry(segments);
    if (entry === undefined || (await gone(unlink(entry)))) throw noSuchFile();
  }

  async deleteDirectory(segments: readonly string[]): Promise<void> {
    if (segments.length === 0) throw invalidParameter('The root of a volume cannot be deleted.');
    const found = await this.locate(segments);
    if (found?.stats.isDirectory() !== true) throw noSuchDirectory();
    const entry = await this.entry(segments);
    try {
      if (entry === undefined || (await gone(rmdir(entry)))) throw noSuchDirectory();
    } catch (error) {
      if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST') throw directoryNotEmpty();
      throw error;
    }
  }

  /** The real path of the directory, made with all of its parents where they are missing. */
  private async makeDirectories(segments: readonly string[]): Promise<string> {
    let path = this.root;
    for (const segment of segments) {
      const next = join(path, segment);
      try {
        await mkdir(next);
      } catch (error) {
        // The parent is there, so what is missing can only be the volume itself: it was deleted meanwhile.
        if (errorCode(error) === 'ENOENT') throw noSuchDirectory();
        if (errorCode(error) !== 'EEXIST') throw ofStorage(error);
      }
      const real = await existing(realpath(next));
      if (real === undefined || !this.contains(real)) throw permissionDenied('The path leads out of the volume.');
      if ((await existing(stat(real)))?.isDirectory() !== true) throw fileInTheWay();
      path = real;
    }
    return path;
  }

  /** The directory entry itself: a link is not followed, so that deleting it deletes nothing else. */
  private async entry(segments: readonly string[]): Promise<string | undefined> {
    const parent = await this.locate(segments.slice(0, -1));
    const name = segments.at(-1);
    return parent === undefined || name === undefined ? undefined : join(parent.path, name);
  }

  /** Links that lead out, dangling links, sockets and pipes are no part of a volume. */
  private async describe(
    segments: readonly string[],
    child: Dirent,
    parentPath: string,
  ): Promise<DirectoryEntry | undefined> {
    const path = join(this.root, ...segments, child.name);
    if (child.isSymbolicLink()) {
      const target = await existing(realpath(path));
      if (target === undefined || !this.contains(target)) return undefined;
    }
    const stats = await existing(stat(path));
    const common = { path: `${parentPath}/${child.name}`, name: child.name };
    if (stats?.isDirectory() === true) {
      return { ...common, is_directory: true, last_modified: Math.floor(stats.mtimeMs) };
    }
    if (stats?.isFile() !== true) return undefined;
    return { ...common, is_directory: false, file_size: stats.size, last_modified: Math.floor(stats.mtimeMs) };
  }

  private async locate(segments: readonly string[]): Promise<{ path: string; stats: Stats } | undefined> {
    const path = await existing(realpath(join(this.root, ...segments)));
    if (path === undefined) return undefined;
    if (!this.contains(path)) throw permissionDenied('The path leads out of the volume.');
    const stats = await existing(stat(path));
    return stats === undefined ? undefined : { path, stats };
  }

  private contains(path: string): boolean {
    return path === this.root || path.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep);
  }
}

const NOT_THERE: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];

/** Undefined when the path leads to nothing; a folder the process itself may not read is a refusal. */
async function existing<Result>(attempt: Promise<Result>): Promise<Result | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (NOT_THERE.includes(errorCode(error) ?? '')) return undefined;
    throw ofStorage(error);
  }
}

/** Deletes, and says whether somebody else was faster. */
async function gone(deletion: Promise<void>): Promise<boolean> {
  return (await existing(deletion.then(() => true))) === undefined;
}

/** What the file system says, as far as it is about the path and not about this program. */
function ofStorage(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  if (code === 'EACCES' || code === 'EPERM') return permissionDenied('The storage behind the volume refuses access.');
  if (code === 'ENAMETOOLONG') return invalidParameter('The path is too long.');
  if (code === 'ENOTDIR') return fileInTheWay();
  if (code === 'ENOENT') return noSuchDirectory();
  return error;
}
