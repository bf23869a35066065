import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TableCorrupt } from '../errors';
import type { Storage } from '../storage/storage';
import { mergeSpans, missingSpans, totalBytes, type Span } from './byte-ranges';
import { cacheKey, type DataFile } from './cache-key';

const FOOTER_GUESS = 256 * 1024;
const PARQUET_TAIL = 8;
/** Two ranges closer than this are fetched as one: a round trip costs more than these bytes. */
const JOINED_GAP = 64 * 1024;
const MAX_PIECE = 8 * 1024 * 1024;

interface CachedFile {
  path: string;
  /** Bytes of disk it takes; a sparse file takes less than its size. */
  bytes: number;
  pins: number;
  /** Filled parts of a sparse file; undefined for whole ones. */
  filled: Span[] | undefined;
}

/**
 * Copies of remote files on local disk, least recently used first to go. Whole files survive a restart; sparse ones,
 * whose filled parts only this process knows, do not. A pinned file is in use and stays.
 */
export class FileCache {
  private readonly cached = new Map<string, CachedFile>();
  private readonly turns = new Map<string, Promise<unknown>>();
  private total = 0;

  private constructor(
    private readonly wholeDirectory: string,
    private readonly sparseDirectory: string,
    private readonly capacityBytes: number,
  ) {}

  static async open(directory: string, capacityBytes: number): Promise<FileCache> {
    const wholeDirectory = join(directory, 'whole');
    const sparseRoot = join(directory, 'sparse');
    await rm(sparseRoot, { recursive: true, force: true });
    const cache = new FileCache(wholeDirectory, join(sparseRoot, randomUUID()), capacityBytes);
    await mkdir(wholeDirectory, { recursive: true });
    await mkdir(cache.sparseDirectory, { recursive: true });
    await cache.adopt();
    return cache;
  }

  async close(): Promise<void> {
    await rm(this.sparseDirectory, { recursive: true, force: true });
  }

  /** The whole file, pinned until `unpin`. */
  async pinWhole(storage: Storage, file: DataFile, signal: AbortSignal | undefined): Promise<PinnedFile> {
    const key = cacheKey(storage, file);
    return this.inTurn(key, async () => {
      const known = this.pin(key);
      if (known !== undefined) return { key, path: known.path };
      const bytes = await storage.read(file.path, { signal });
      const path = join(this.wholeDirectory, key);
      const temporary = `${path}.${randomUUID()}.tmp`;
      await writeFile(temporary, bytes);
      await rename(temporary, path);
      this.insert(key, { path, bytes: bytes.length, pins: 1, filled: undefined });
      return { key, path };
    });
  }

  /** A sparse file with at least the parquet footer filled, pinned until `unpin`. */
  async pinFooter(storage: Storage, file: DataFile, signal: AbortSignal | undefined): Promise<PinnedFile> {
    const key = `${cacheKey(storage, file)}.sparse`;
    return this.inTurn(key, async () => {
      const known = this.pin(key);
      if (known !== undefined) return { key, path: known.path };
      const tail = await readFooter(storage, file, signal);
      const path = join(this.sparseDirectory, key);
      const handle = await open(path, 'w');
      try {
        await handle.truncate(file.sizeBytes);
        await handle.write(tail, 0, tail.length, file.sizeBytes - tail.length);
      } finally {
        await handle.close();
      }
      const filled = [{ start: file.sizeBytes - tail.length, end: file.sizeBytes }];
      this.insert(key, { path, bytes: tail.length, pins: 1, filled });
      return { key, path };
    });
  }

  /** Fetches what a pinned sparse file does not have yet of these spans. */
  async fill(
    storage: Storage,
    file: DataFile,
    pinned: PinnedFile,
    wanted: readonly Span[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.inTurn(pinned.key, async () => {
      const entry = this.cached.get(pinned.key);
      if (entry?.filled === undefined) throw new Error(`${file.path} is not pinned`);
      const missing = mergeSpans(missingSpans(wanted, entry.filled), JOINED_GAP).flatMap(pieces);
      if (missing.length === 0) return;
      const handle = await open(entry.path, 'r+');
      try {
        for (const span of missing) {
          const length = span.end - span.start;
          const bytes = await storage.read(file.path, { range: { offset: span.start, length }, signal });
          if (bytes.length !== length) throw changed(file);
          await handle.write(bytes, 0, length, span.start);
          entry.filled = mergeSpans([...entry.filled, span]);
        }
      } finally {
        await handle.close();
        this.total -= entry.bytes;
        entry.bytes = totalBytes(entry.filled);
        this.total += entry.bytes;
      }
    });
    await this.evict();
  }

  async unpin(pinned: PinnedFile): Promise<void> {
    const entry = this.cached.get(pinned.key);
    if (entry !== undefined) entry.pins -= 1;
    await this.evict();
  }

  private pin(key: string): CachedFile | undefined {
    const entry = this.cached.get(key);
    if (entry === undefined) return undefined;
    this.cached.delete(key);
    this.cached.set(key, entry);
    entry.pins += 1;
    return entry;
  }

  private insert(key: string, entry: CachedFile): void {
    this.cached.set(key, entry);
    this.total += entry.bytes;
  }

  private async evict(): Promise<void> {
    const victims: { key: string; path: string }[] = [];
    for (const [key, entry] of this.cached) {
      if (this.total <= this.capacityBytes) break;
      if (entry.pins > 0) continue;
      this.cached.delete(key);
      this.total -= entry.bytes;
      victims.push({ key, path: entry.path });
    }
    // In the file's turn, and only when nobody has fetched it again meanwhile: the new copy has the same path.
    await Promise.all(
      victims.map(({ key, path }) =>
        this.inTurn(key, async () => {
          if (!this.cached.has(key)) await rm(path, { force: true });
        }),
      ),
    );
  }

  /** Takes over the whole files of an earlier process; half-written ones are dropped. */
  private async adopt(): Promise<void> {
    for (const name of await readdir(this.wholeDirectory)) {
      const path = join(this.wholeDirectory, name);
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      else this.insert(name, { path, bytes: (await stat(path)).size, pins: 0, filled: undefined });
    }
    await this.evict();
  }

  /** One after another per file: a second caller waits and then finds the bytes, or fetches them if the first failed. */
  private async inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.turns.get(key) ?? Promise.resolve();
    const turn = before.then(work, work);
    const settled = turn.catch(() => undefined);
    this.turns.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.turns.get(key) === settled) this.turns.delete(key);
    }
  }
}

export interface PinnedFile {
  key: string;
  path: string;
}

async function readFooter(storage: Storage, file: DataFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const guess = await storage.read(file.path, { range: { last: Math.min(FOOTER_GUESS, file.sizeBytes) }, signal });
  const tail = Buffer.from(guess.buffer, guess.byteOffset, guess.byteLength);
  if (tail.length < PARQUET_TAIL || tail.toString('latin1', tail.length - 4) !== 'PAR1') throw changed(file);
  const needed = tail.readUInt32LE(tail.length - PARQUET_TAIL) + PARQUET_TAIL;
  if (needed <= tail.length) return tail;
  if (needed > file.sizeBytes) throw changed(file);
  const whole = await storage.read(file.path, { range: { last: needed }, signal });
  if (whole.length !== needed) throw changed(file);
  return whole;
}

function pieces(span: Span): Span[] {
  const parts: Span[] = [];
  for (let { start } = span; start < span.end; start += MAX_PIECE) {
    parts.push({ start, end: Math.min(span.end, start + MAX_PIECE) });
  }
  return parts;
}

function changed(file: DataFile): TableCorrupt {
  return new TableCorrupt({
    message: `${file.path} is not the parquet file of ${file.sizeBytes} bytes that the log names`,
    missing: file.path,
  });
}
