import { AlreadyExists, StorageNotFound } from '../errors';
import { cleanPath, compareBytes } from '../storage/storage-path';
import type { Storage, StorageEntry, StorageReadOptions } from '../storage/storage';

/** Files that exist only in memory, under a name that no other storage has. */
export class MemoryStorage implements Storage {
  private static made = 0;
  readonly location: string;

  constructor(readonly files: Map<string, Uint8Array>) {
    MemoryStorage.made += 1;
    this.location = `/memory/${MemoryStorage.made}`;
  }

  async *list(directory: string): AsyncIterable<StorageEntry> {
    const prefix = directory === '' ? '' : `${cleanPath(directory)}/`;
    const names = new Map<string, StorageEntry>();
    for (const [path, bytes] of this.files) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...rest] = path.slice(prefix.length).split('/');
      const isDirectory = rest.length > 0;
      names.set(name, { name, isDirectory, sizeBytes: isDirectory ? 0 : bytes.length, modifiedAt: 1 });
    }
    if (names.size === 0) throw new StorageNotFound(directory);
    yield* [...names.values()].sort((left, right) => compareBytes(left.name, right.name));
  }

  async read(path: string, { range }: StorageReadOptions = {}): Promise<Uint8Array> {
    const bytes = this.files.get(cleanPath(path));
    if (bytes === undefined) throw new StorageNotFound(path);
    if (range === undefined) return bytes;
    if ('last' in range) return bytes.subarray(Math.max(0, bytes.length - range.last));
    return bytes.subarray(range.offset, range.offset + range.length);
  }

  async head(path: string): Promise<{ sizeBytes: number; modifiedAt: number } | undefined> {
    const bytes = this.files.get(cleanPath(path));
    return bytes && { sizeBytes: bytes.length, modifiedAt: 1 };
  }

  async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    if (this.files.has(cleanPath(path))) throw new AlreadyExists(path);
    this.files.set(cleanPath(path), bytes);
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(cleanPath(path), bytes);
  }
}
