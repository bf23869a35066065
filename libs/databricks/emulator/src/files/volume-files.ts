import type { Dirent, Stats } from 'node:fs';
import { open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { DirectoryEntry } from '@lakescope/databricks-wire';
import { permissionDenied } from '../http/refusals';
import { errorCode } from '../state/error-code';

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
    const code = errorCode(error) ?? '';
    if (NOT_THERE.includes(code)) return undefined;
    if (code === 'EACCES' || code === 'EPERM') throw permissionDenied('The storage behind the volume refuses access.');
    throw error;
  }
}
