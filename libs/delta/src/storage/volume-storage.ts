import { InvalidRequest, StorageNotFound } from '../errors';
import type { ByteRange, Storage, StorageEntry, StorageReadOptions } from './storage';
import { cleanPath, compareBytes } from './storage-path';
import { platformFault } from './volume-faults';

/** The part of a Databricks Files API client this library needs. */
export interface VolumeFiles {
  listDirectory(
    path: string,
    options?: { signal?: AbortSignal },
  ): AsyncIterable<{
    name: string;
    path: string;
    is_directory: boolean;
    file_size?: number;
    last_modified?: number;
  }>;
  /** `undefined` when there is no such file. */
  head(
    path: string,
    options?: { signal?: AbortSignal },
  ): Promise<{ sizeBytes: number; lastModified: number | undefined } | undefined>;
  readBytes(path: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Uint8Array>;
}

/**
 * A folder of a Unity Catalog volume, read through the Files API with one caller's rights. Writing is refused: that takes a VolumeWriter.
 */
export class VolumeStorage implements Storage {
  readonly location: string;

  constructor(
    private readonly files: VolumeFiles,
    root: string,
  ) {
    const clean = cleanPath(root.replace(/^\/+/, ''));
    if (!/^Volumes\/[^/]+\/[^/]+\/[^/]+/.test(clean)) {
      throw new InvalidRequest(`${JSON.stringify(root)} is not a path below /Volumes/<catalog>/<schema>/<volume>`);
    }
    this.location = `/${clean}`;
  }

  async *list(
    directory: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<StorageEntry> {
    const path = this.absolute(directory);
    const entries: StorageEntry[] = [];
    try {
      for await (const entry of this.files.listDirectory(path, { signal: options.signal })) {
        if (options.startAfter !== undefined && compareBytes(entry.name, options.startAfter) <= 0) continue;
        entries.push({
          name: entry.name,
          isDirectory: entry.is_directory,
          sizeBytes: entry.file_size ?? 0,
          modifiedAt: entry.last_modified ?? 0,
        });
      }
    } catch (error) {
      throw asNotFound(error, path);
    }
    // The Files API documents no order, and a log must be seen in the order of its names.
    yield* entries.sort((left, right) => compareBytes(left.name, right.name));
  }

  async read(path: string, options: StorageReadOptions = {}): Promise<Uint8Array> {
    const absolute = this.absolute(path);
    try {
      return await this.files.readBytes(absolute, options);
    } catch (error) {
      throw asNotFound(error, absolute);
    }
  }

  async head(
    path: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<{ sizeBytes: number; modifiedAt: number } | undefined> {
    const found = await this.files.head(this.absolute(path), options);
    return found && { sizeBytes: found.sizeBytes, modifiedAt: found.lastModified ?? 0 };
  }

  async putIfAbsent(path: string, _bytes: Uint8Array): Promise<void> {
    throw this.notWritable(path);
  }

  async put(path: string, _bytes: Uint8Array): Promise<void> {
    throw this.notWritable(path);
  }

  private notWritable(path: string): InvalidRequest {
    return new InvalidRequest(
      `${this.absolute(path)} cannot be written without a lease: open the folder as a VolumeWriter`,
    );
  }

  protected absolute(path: string): string {
    const clean = cleanPath(path);
    return clean === '' ? this.location : `${this.location}/${clean}`;
  }
}

function asNotFound(error: unknown, path: string): unknown {
  return platformFault(error) === 'missing' ? new StorageNotFound(path, { cause: error }) : error;
}
