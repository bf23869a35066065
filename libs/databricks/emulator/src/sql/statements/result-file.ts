import { open as openFile, readFile, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ResultMemory } from './result-memory';
import type { EncodedRow, RowEncoder } from './row-encoder';

/** A chunk of a result and where it lies in the result's file. Counts are of rows and bytes. */
export interface StoredChunk {
  readonly rowOffset: number;
  readonly rowCount: number;
  readonly byteOffset: number;
  readonly byteCount: number;
}

interface OpenChunk {
  readonly rowOffset: number;
  readonly byteOffset: number;
  rowCount: number;
  rowBytes: number;
}

const BUFFER_BYTES = 256 * 1024;
/** Bytes between two rows in any format. */
const MOST_BETWEEN = 2;

/**
 * The chunks of one result in one file, so that a result of any size takes the memory of a few rows. One that never fills
 * the buffer, the usual kind, stays in memory instead: making a file and reading it again takes longer than writing its rows.
 */
export class ResultFile {
  readonly chunks: StoredChunk[] = [];
  /** The same memory for all of the result: what is made anew for every row makes the heap grow. Gone with `finish`. */
  private writing: { readonly encoder: RowEncoder; readonly buffer: Buffer } | undefined;
  private buffered = 0;
  private written = 0;
  private handle: FileHandle | undefined;
  /** All of a result that has no file. */
  private kept: Buffer | undefined;
  private current: OpenChunk | undefined;

  constructor(
    private readonly path: string,
    encoder: RowEncoder,
    /** A chunk ends with the row that makes it this large. */
    private readonly chunkBytes: number,
    private readonly memory: ResultMemory,
  ) {
    this.writing = { encoder, buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES) };
  }

  /** While it is not finished. */
  get encoder(): RowEncoder {
    return this.open.encoder;
  }

  get rowCount(): number {
    const last = this.chunks.at(-1);
    return (last === undefined ? 0 : last.rowOffset + last.rowCount) + (this.current?.rowCount ?? 0);
  }

  get byteCount(): number {
    return this.written + this.buffered;
  }

  /** A promise when the file has to be written to before the next row. */
  add({ row, text, bytes }: EncodedRow): Promise<void> | undefined {
    const chunk = this.current;
    if (chunk === undefined || this.buffered + bytes + MOST_BETWEEN > BUFFER_BYTES)
      return this.addSlowly({ row, text, bytes });
    this.keep(chunk, { row, text, bytes });
    return chunk.rowBytes >= this.chunkBytes || this.buffered > BUFFER_BYTES / 2 ? this.settle(chunk) : undefined;
  }

  /** No more rows come. */
  async finish(): Promise<void> {
    if (this.current !== undefined) await this.end(this.current);
    if (this.handle === undefined && this.memory.take(this.buffered)) {
      this.kept = Buffer.from(this.open.buffer.subarray(0, this.buffered));
      this.written = this.buffered;
      this.buffered = 0;
    }
    await this.flush();
    await this.handle?.close();
    this.handle = undefined;
    this.writing = undefined;
  }

  async read(chunk: StoredChunk): Promise<Buffer> {
    if (this.kept !== undefined) return within(this.kept, chunk);
    if (this.chunks.length === 1) return readFile(this.path);
    const pieces: Buffer[] = [];
    for await (const piece of await this.stream(chunk)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  async stream(chunk: StoredChunk): Promise<Readable> {
    if (this.kept !== undefined) return Readable.from(within(this.kept, chunk));
    const handle = await openFile(this.path, 'r');
    return handle.createReadStream({ start: chunk.byteOffset, end: chunk.byteOffset + chunk.byteCount - 1 });
  }

  async remove(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
    if (this.kept === undefined) return rm(this.path, { force: true });
    this.memory.give(this.kept.length);
    this.kept = undefined;
  }

  /** With everything that takes time: a new chunk, a row that is larger than the buffer. */
  private async addSlowly({ row, text, bytes }: EncodedRow): Promise<void> {
    const chunk = (this.current ??= await this.begin());
    if (this.buffered + bytes + MOST_BETWEEN > BUFFER_BYTES) await this.flush();
    if (this.encoder.keep !== undefined || bytes <= BUFFER_BYTES / 2) this.keep(chunk, { row, text, bytes });
    else {
      await this.write(Buffer.from(chunk.rowCount > 0 ? this.encoder.between + text : text, 'utf8'));
      this.count(chunk, bytes);
    }
    await this.settle(chunk);
  }

  private keep(chunk: OpenChunk, { row, text, bytes }: EncodedRow): void {
    if (this.encoder.keep !== undefined) this.encoder.keep(row);
    else {
      if (chunk.rowCount > 0) this.put(this.encoder.between);
      this.put(text);
    }
    this.count(chunk, bytes);
  }

  private count(chunk: OpenChunk, bytes: number): void {
    chunk.rowCount += 1;
    chunk.rowBytes += bytes;
  }

  private async settle(chunk: OpenChunk): Promise<void> {
    if (chunk.rowBytes >= this.chunkBytes) await this.end(chunk);
    if (this.buffered > BUFFER_BYTES / 2) await this.flush();
  }

  private get open(): { readonly encoder: RowEncoder; readonly buffer: Buffer } {
    if (this.writing === undefined) throw new RangeError('The result is complete');
    return this.writing;
  }

  private async begin(): Promise<OpenChunk> {
    const chunk = { rowOffset: this.rowCount, byteOffset: this.byteCount, rowCount: 0, rowBytes: 0 };
    await this.write(Buffer.from(this.encoder.opening(this.chunks.length), 'utf8'));
    return chunk;
  }

  private async end({ rowOffset, byteOffset, rowCount }: OpenChunk): Promise<void> {
    const closing = this.encoder.closing();
    await this.write(typeof closing === 'string' ? Buffer.from(closing, 'utf8') : closing);
    this.chunks.push({ rowOffset, rowCount, byteOffset, byteCount: this.byteCount - byteOffset });
    this.current = undefined;
  }

  private put(text: string): void {
    this.buffered += this.open.buffer.write(text, this.buffered, 'utf8');
  }

  /** Whatever fits is gathered. */
  private async write(bytes: Uint8Array): Promise<void> {
    if (this.buffered + bytes.length <= BUFFER_BYTES) {
      this.open.buffer.set(bytes, this.buffered);
      this.buffered += bytes.length;
      return;
    }
    await this.flush();
    await this.append(bytes);
  }

  private async flush(): Promise<void> {
    if (this.buffered === 0) return;
    const bytes = this.open.buffer.subarray(0, this.buffered);
    await this.append(bytes);
    this.buffered = 0;
  }

  private async append(bytes: Uint8Array): Promise<void> {
    this.handle ??= await openFile(this.path, 'w', 0o600);
    await this.handle.writeFile(bytes);
    this.written += bytes.length;
  }
}

function within(bytes: Buffer, { byteOffset, byteCount }: StoredChunk): Buffer {
  return bytes.subarray(byteOffset, byteOffset + byteCount);
}
