import { constants } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  LocalStorage,
  StorageChanged,
  StorageUnavailable,
  syncFolder,
  unfinishedName,
  type Storage,
} from '@lakescope/delta';
import { codeOf, describe, etagOf } from '../source/local-files';
import { LocalSource } from '../source/local-source';
import { isName, refuseUnfit } from '../source/paths';
import type { SourceObject, SourceStore } from '../source/source-store';
import { ByteBudget } from './byte-budget';
import { MadeFolders } from './made-folders';
import type { TargetStore } from './target-store';

const PIECE_BYTES = 8 * 2 ** 20;

/** Tables in a folder of this machine. */
export class LocalTarget implements TargetStore {
  readonly uri: string;
  private readonly root: string;
  private readonly budget = new ByteBudget();
  private readonly folders: MadeFolders;

  constructor(folder: string) {
    this.root = resolve(folder);
    this.folders = new MadeFolders(this.root);
    this.uri = `file://${this.root === '/' ? '' : this.root}`;
  }

  table(name: string): Storage {
    return new LocalStorage(this.folder(name), { blocks: true });
  }

  async copy(
    source: SourceStore,
    file: SourceObject,
    table: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    const target = join(this.folder(table), refuseUnfit(path));
    const temporary = join(dirname(target), unfinishedName());
    const isCopied = source instanceof LocalSource;
    await this.folders.makeTidy(dirname(target));
    try {
      if (isCopied) await copied(source.file(file.path), temporary, file.etag);
      await this.budget.run(isCopied ? 0 : file.sizeBytes, () => written(temporary, source, file, signal));
      await rename(temporary, target);
      await syncFolder(dirname(target));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private folder(name: string): string {
    if (!isName(name)) throw new TypeError(`${JSON.stringify(name)} is not the name of a table`);
    return join(this.root, name);
  }
}

/** Copies within the machine, which shares the blocks where the file system can. */
async function copied(file: string, temporary: string, etag: string | undefined): Promise<void> {
  try {
    await copyFile(file, temporary, constants.COPYFILE_FICLONE);
  } catch (error) {
    // Which of the two names is not there is not told: StorageNotFound when it is that of the source.
    if (codeOf(error) === 'ENOENT') describe(file);
    throw error;
  }
  // Looked at after the copying: what was written meanwhile shows as well.
  if (etag !== undefined && etagOf(describe(file)) !== etag) throw new StorageChanged(file);
}

/** Brings a file to the disk, piece by piece where it is not there yet, and looks whether all of it is. */
async function written(
  temporary: string,
  source: SourceStore,
  file: SourceObject,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isThere = source instanceof LocalSource;
  const handle = await open(temporary, isThere ? 'r' : 'wx');
  try {
    for (let offset = 0; !isThere && offset < file.sizeBytes; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, file.sizeBytes - offset);
      const piece = await source.range(file.path, offset, length, { etag: file.etag, signal });
      await handle.appendFile(piece);
    }
    const { size } = await handle.stat();
    if (size !== file.sizeBytes) {
      throw new StorageUnavailable(temporary, `the copy has ${size} bytes in place of ${file.sizeBytes}`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
