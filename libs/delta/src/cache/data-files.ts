import { isAbsolute } from '../log/data-path';
import type { AbsoluteFiles } from '../storage/absolute-files';
import { isFileBacked, type Storage } from '../storage/storage';
import type { DataFile } from './cache-key';
import type { FileCache, PinnedFile } from './file-cache';
import type { Span } from './byte-ranges';

/** Up to this size a file is copied whole: one request, and every later look is free. */
const WHOLE_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Gives DuckDB real files for the files of a table: the file itself where it may be opened in place, else a copy in the
 * bounded cache. Cached bytes are only reached through a snapshot, which the caller's own storage has listed before.
 */
export class DataFiles {
  constructor(
    private readonly cache: FileCache,
    private readonly opensInPlace: (file: string) => boolean,
    private readonly absoluteFiles: AbsoluteFiles,
  ) {}

  /** Files handed out inside `work` stay where they are until it ends. */
  async leased<T>(
    storage: Storage,
    signal: AbortSignal | undefined,
    work: (lease: FileLease) => Promise<T>,
  ): Promise<T> {
    const lease = new FileLease(this.cache, this.opensInPlace, this.absoluteFiles, storage, signal);
    try {
      return await work(lease);
    } finally {
      await lease.release();
    }
  }
}

export class FileLease {
  private readonly pinned: PinnedFile[] = [];

  constructor(
    private readonly cache: FileCache,
    private readonly opensInPlace: (file: string) => boolean,
    private readonly absoluteFiles: AbsoluteFiles,
    private readonly storage: Storage,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** The whole file. */
  async whole(file: DataFile): Promise<string> {
    return (await this.inPlace(file)) ?? this.keep(await this.cache.pinWhole(this.storage, file, this.signal));
  }

  /** A file of which at least the footer is there. */
  async footer(file: DataFile): Promise<string> {
    const inPlace = await this.inPlace(file);
    if (inPlace !== undefined) return inPlace;
    if (file.sizeBytes <= WHOLE_FILE_BYTES) return this.whole(file);
    return this.keep(await this.cache.pinFooter(this.storage, file, this.signal));
  }

  /** A file of which at least the footer and the spans that `choose` names after a look at the footer are there. */
  async parts(file: DataFile, choose: (localFile: string) => Promise<Span[]>): Promise<string> {
    const inPlace = await this.inPlace(file);
    if (inPlace !== undefined) return inPlace;
    if (file.sizeBytes <= WHOLE_FILE_BYTES) return this.whole(file);
    const pinned = await this.cache.pinFooter(this.storage, file, this.signal);
    this.keep(pinned);
    await this.cache.fill(this.storage, file, pinned, await choose(pinned.path), this.signal);
    return pinned.path;
  }

  async release(): Promise<void> {
    for (const pinned of this.pinned.splice(0)) await this.cache.unpin(pinned);
  }

  private async inPlace(file: DataFile): Promise<string | undefined> {
    if (isAbsolute(file.path)) return this.absoluteFiles.localFile(file.path, 'data file');
    if (!isFileBacked(this.storage)) return undefined;
    const local = await this.storage.localFile(file.path);
    return this.opensInPlace(local) ? local : undefined;
  }

  private keep(pinned: PinnedFile): string {
    this.pinned.push(pinned);
    return pinned.path;
  }
}
