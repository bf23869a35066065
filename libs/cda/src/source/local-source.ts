import { realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { InvalidRequest } from '@lakescope/delta';
import {
  asStorageError,
  codeOf,
  compareBytes,
  describe,
  entries,
  etagOf,
  readPart,
  type LocalEntry,
} from './local-files';
import { refuseUnfit } from './paths';
import { MOST_READ_BYTES, type SourceObject, type SourceRead, type SourceStore } from './source-store';

const TOLD_AT_ONCE = 500;

/** Change data in a folder of this machine, which may itself be named by a link. Links below it are told and never followed. */
export class LocalSource implements SourceStore {
  readonly uri: string;
  readonly root: string;
  private realRoot: string | undefined;

  constructor(folder: string) {
    this.root = resolve(folder);
    this.uri = `file://${this.root === '/' ? '' : this.root}`;
  }

  async *list(
    folder: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<SourceObject> {
    await this.refuseLinks(refuseUnfit(folder));
    let told = 0;
    for (const object of this.walk(folder, options.startAfter) ?? []) {
      yield object;
      told += 1;
      // Nothing here waits for anything, and timers, signals and sockets must have their turn.
      if (told % TOLD_AT_ONCE !== 0) continue;
      await immediately();
      options.signal?.throwIfAborted();
    }
  }

  async read(
    path: string,
    options: { ifNoneMatch?: string; maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<SourceRead> {
    options.signal?.throwIfAborted();
    const file = this.file(path);
    await this.refuseLinks(dirname(path));
    const stats = describe(file);
    const etag = etagOf(stats);
    if (etag === options.ifNoneMatch) return 'not-modified';
    const { maxBytes = MOST_READ_BYTES } = options;
    if (stats.size > maxBytes)
      throw new InvalidRequest(`${path} has ${stats.size} bytes, and at most ${maxBytes} are read`);
    return { bytes: readPart(file, 0, stats.size, etag), etag };
  }

  async range(
    path: string,
    offset: number,
    length: number,
    options: { etag?: string | undefined; signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    return readPart(this.file(path), offset, length, options.etag);
  }

  /** The real file behind a path. */
  file(path: string): string {
    return join(this.root, refuseUnfit(path));
  }

  /** Undefined when the folder is not there. */
  private walk(folder: string, startAfter: string | undefined): Iterable<SourceObject> | undefined {
    const found = entries(join(this.root, folder));
    return found && this.told(folder, found, startAfter);
  }

  private *told(folder: string, found: readonly LocalEntry[], startAfter: string | undefined): Generator<SourceObject> {
    if (found.length === 0) yield { path: `${folder}/`, sizeBytes: 0, modifiedAt: 0 };
    for (const entry of found) {
      const path = `${folder}/${entry.name}`;
      if (isPassed(path, entry, startAfter)) continue;
      const { name: _, isDirectory, ...facts } = entry;
      if (isDirectory)
        yield* this.walk(path, startAfter) ?? [{ path, sizeBytes: 0, modifiedAt: 0, unfit: 'gone' as const }];
      else yield { path, ...facts };
    }
  }

  /** What is listed is looked at name by name; this looks at the way to it. InvalidRequest when a link is on it. */
  private async refuseLinks(folder: string): Promise<void> {
    try {
      this.realRoot ??= await realpath(this.root);
    } catch (error) {
      throw asStorageError(error, this.root, 'list');
    }
    const expected = join(this.realRoot, folder);
    try {
      if ((await realpath(expected)) === expected) return;
    } catch (error) {
      // There is nothing behind a way that does not exist.
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return;
      throw asStorageError(error, expected, 'list');
    }
    throw new InvalidRequest(`The way to ${join(this.root, folder)} leads over a symbolic link, which is not followed`);
  }
}

/** Whether everything at or below a path comes before the start. */
function isPassed(path: string, { isDirectory }: LocalEntry, startAfter: string | undefined): boolean {
  if (startAfter === undefined) return false;
  return isDirectory
    ? compareBytes(`${path}/`, startAfter) < 0 && !startAfter.startsWith(`${path}/`)
    : compareBytes(path, startAfter) <= 0;
}
