import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { InvalidRequest } from '@lakescope/delta';
import { asStorageError, compareBytes, describe, entries, readPart, type LocalEntry } from './local-files';
import { refuseUnfit } from './paths';
import { MOST_READ_BYTES, type SourceObject, type SourceRead, type SourceStore } from './source-store';

const TOLD_AT_ONCE = 500;

/** Change data in a folder of this machine. Symbolic links are followed only while they stay below it. */
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
    const root = await this.checkedRoot();
    let told = 0;
    for (const object of this.walk(refuseUnfit(folder), root, options.startAfter)) {
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
    const stats = describe(file);
    const etag = `"${stats.ino}-${stats.size}-${stats.mtimeMs}"`;
    if (etag === options.ifNoneMatch) return 'not-modified';
    const { maxBytes = MOST_READ_BYTES } = options;
    if (stats.size > maxBytes)
      throw new InvalidRequest(`${path} has ${stats.size} bytes, and at most ${maxBytes} are read`);
    return { bytes: readPart(file, 0, stats.size), etag };
  }

  async range(
    path: string,
    offset: number,
    length: number,
    options: { signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    return readPart(this.file(path), offset, length);
  }

  /** The real file behind a path. */
  file(path: string): string {
    return join(this.root, refuseUnfit(path));
  }

  private *walk(folder: string, root: string, startAfter: string | undefined): Generator<SourceObject> {
    const found = entries(join(this.root, folder), root);
    if (found?.length === 0) yield { path: `${folder}/`, sizeBytes: 0, modifiedAt: 0 };
    for (const entry of found ?? []) {
      const path = `${folder}/${entry.name}`;
      if (isPassed(path, entry, startAfter)) continue;
      if (entry.isDirectory) yield* this.walk(path, root, startAfter);
      else yield { path, sizeBytes: entry.sizeBytes, modifiedAt: entry.modifiedAt };
    }
  }

  private async checkedRoot(): Promise<string> {
    try {
      this.realRoot ??= await realpath(this.root);
      return this.realRoot;
    } catch (error) {
      throw asStorageError(error, this.root, 'list');
    }
  }
}

/** Whether everything at or below a path comes before the start. */
function isPassed(path: string, { isDirectory }: LocalEntry, startAfter: string | undefined): boolean {
  if (startAfter === undefined) return false;
  return isDirectory
    ? compareBytes(`${path}/`, startAfter) < 0 && !startAfter.startsWith(`${path}/`)
    : compareBytes(path, startAfter) <= 0;
}
