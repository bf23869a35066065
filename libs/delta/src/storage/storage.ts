/** A file or folder in a listing. */
export interface StorageEntry {
  name: string;
  isDirectory: boolean;
  sizeBytes: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
}

/** Part of a file, from an offset or from its end; in bytes. */
export type ByteRange = { offset: number; length: number } | { last: number };

/** Which part of a file is read, and whether the reader still wants it. */
export interface StorageReadOptions {
  range?: ByteRange;
  signal?: AbortSignal;
}

/**
 * Where a table's bytes are. Paths are '/'-separated, relative to the storage's own root and never percent-encoded.
 * A storage carries the rights of one caller, so nothing cached is answered before it was asked.
 */
export interface Storage {
  /** For people and messages: '/Volumes/c/s/v' or a local folder. */
  readonly location: string;
  /**
   * Sets apart what is cached of this storage from what is cached of others at the same location, because they may hold something else there
   * or be read with other rights. Left out: all of them are the same place, and listing it shows the rights.
   */
  readonly cacheScope?: string | undefined;
  /** Direct children in byte order of their names; a missing directory is StorageNotFound. */
  list(directory: string, options?: { startAfter?: string; signal?: AbortSignal }): AsyncIterable<StorageEntry>;
  read(path: string, options?: StorageReadOptions): Promise<Uint8Array>;
  head(
    path: string,
    options?: { signal?: AbortSignal },
  ): Promise<{ sizeBytes: number; modifiedAt: number } | undefined>;
  /**
   * Creates the whole file or nothing; AlreadyExists when the name is taken, WriteOutcomeUnknown when the storage did not say and cannot be
   * asked either.
   */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<void>;
  /** Creates the file or takes the place of the one there; readers find the old bytes or the new ones. Only for hints: the last one wins. */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

/** A storage whose files DuckDB can open in place. */
export interface FileBackedStorage extends Storage {
  /** The real file behind a path, after the checks that keep it below the root. */
  localFile(path: string): Promise<string>;
}

/** What every key of a cache begins with. */
export function cachedPlace({ cacheScope, location }: Storage): string {
  return cacheScope === undefined ? location : `${cacheScope}\n${location}`;
}

export function isFileBacked(storage: Storage): storage is FileBackedStorage {
  return 'localFile' in storage && typeof storage.localFile === 'function';
}
