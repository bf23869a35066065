import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { SqlRow } from '../engine/sql-request';
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
  /** Of formats that are written column by column. */
  readonly rows: SqlRow[];
  rowCount: number;
  rowBytes: number;
}

const BUFFERED_BYTES = 256 * 1024;

/** The chunks of one result in one file, so that a result of any size takes the memory of a few rows. */
export class ResultFile {
  readonly chunks: StoredChunk[] = [];
  private readonly pieces: (string | Uint8Array)[] = [];
  private buffered = 0;
  private written = 0;
  private handle: FileHandle | undefined;
  private current: OpenChunk | undefined;

  constructor(
    private readonly path: string,
    readonly encoder: RowEncoder,
    /** A chunk ends with the row that makes it this large. */
    private readonly chunkBytes: number,
  ) {}

  get rowCount(): number {
    const last = this.chunks.at(-1);
    return (last === undefined ? 0 : last.rowOffset + last.rowCount) + (this.current?.rowCount ?? 0);
  }

  get byteCount(): number {
    return this.written + this.buffered;
  }

  async add({ row, text, bytes }: EncodedRow): Promise<void> {
    const chunk = (this.current ??= this.begin());
    if (this.encoder.byColumn) {
      chunk.rows.push(row);
    } else {
      if (chunk.rowCount > 0) this.put(this.encoder.between);
      this.pieces.push(text);
      this.buffered += bytes;
    }
    chunk.rowCount += 1;
    chunk.rowBytes += bytes;
    if (chunk.rowBytes >= this.chunkBytes) this.end(chunk);
    if (this.buffered >= BUFFERED_BYTES) await this.flush();
  }

  /** No more rows come. */
  async finish(): Promise<void> {
    if (this.current !== undefined) this.end(this.current);
    await this.flush();
    await this.handle?.close();
    this.handle = undefined;
  }

  async read(chunk: StoredChunk): Promise<Buffer> {
    // Of a small result, the usual kind, the only chunk is the whole file.
    if (this.chunks.length === 1) return readFile(this.path);
    const pieces: Buffer[] = [];
    for await (const piece of await this.stream(chunk)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  async stream(chunk: StoredChunk): Promise<Readable> {
    const handle = await open(this.path, 'r');
    return handle.createReadStream({ start: chunk.byteOffset, end: chunk.byteOffset + chunk.byteCount - 1 });
  }

  async remove(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
    await rm(this.path, { force: true });
  }

  private begin(): OpenChunk {
    const chunk = { rowOffset: this.rowCount, byteOffset: this.byteCount, rows: [], rowCount: 0, rowBytes: 0 };
    this.put(this.encoder.opening(this.chunks.length));
    return chunk;
  }

  private end({ rowOffset, byteOffset, rowCount, rows }: OpenChunk): void {
    this.put(this.encoder.closing(rows));
    this.chunks.push({ rowOffset, rowCount, byteOffset, byteCount: this.byteCount - byteOffset });
    this.current = undefined;
  }

  private put(piece: string | Uint8Array): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.buffered += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
  }

  private async flush(): Promise<void> {
    if (this.buffered === 0) return;
    this.handle ??= await open(this.path, 'w', 0o600);
    const texts = this.pieces.every((piece) => typeof piece === 'string');
    const bytes = texts
      ? Buffer.from(this.pieces.join(''), 'utf8')
      : Buffer.concat(this.pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
    this.pieces.length = 0;
    this.buffered = 0;
    this.written += bytes.length;
    await this.handle.writeFile(bytes);
  }
}
