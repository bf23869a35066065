import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ByteWriter } from './byte-writer';
import type { WritePlain } from './parquet-plain';
import { ThriftStruct, thriftBytes } from './thrift-compact';

/** In another thread: the event loop has other requests to serve. */
const compress = promisify(gzip);

const PLAIN = 0;
const RLE = 3;
const DATA_PAGE = 0;

/** Header and content; `uncompressed` counts the header too, as the format wants. */
export interface FinishedPage {
  readonly bytes: Buffer;
  readonly uncompressed: number;
}

/** The only page of a column chunk, and then that of the next: its memory is used again. */
export class ParquetPage {
  /** One bit for each row: whether it has a value. */
  private readonly levels = new ByteWriter(256);
  private readonly values = new ByteWriter(256);
  private rows = 0;
  private present = 0;

  constructor(private readonly plain: WritePlain) {}

  get sizeBytes(): number {
    return this.levels.length + this.values.length;
  }

  addNull(): void {
    if ((this.rows & 7) === 0) this.levels.byte(0);
    this.rows += 1;
  }

  add(bytes: Buffer, start: number, end: number): void {
    if ((this.rows & 7) === 0) this.levels.byte(0);
    const last = this.levels.length - 1;
    this.levels.bytes[last] = (this.levels.bytes[last] ?? 0) | (1 << (this.rows & 7));
    this.rows += 1;
    this.plain(this.values, bytes, start, end, this.present);
    this.present += 1;
  }

  async finish(): Promise<FinishedPage> {
    const content = Buffer.concat([definitionLevels(this.levels.written()), this.values.written()]);
    const compressed = await compress(content, { level: 1 });
    const header = thriftBytes(
      new ThriftStruct([
        [1, DATA_PAGE],
        [2, content.length],
        [3, compressed.length],
        [
          5,
          new ThriftStruct([
            [1, this.rows],
            [2, PLAIN],
            [3, RLE],
            [4, RLE],
          ]),
        ],
      ]),
    );
    this.levels.clear();
    this.values.clear();
    this.rows = 0;
    this.present = 0;
    return { bytes: Buffer.concat([header, compressed]), uncompressed: header.length + content.length };
  }
}

/** Bit-packed in groups of eight, with the length in front; "RLE/bit-packing hybrid" of the format. */
function definitionLevels(bits: Buffer): Buffer {
  const run: number[] = [];
  let header = (bits.length << 1) | 1;
  while (header > 0x7f) {
    run.push((header & 0x7f) | 0x80);
    header >>>= 7;
  }
  run.push(header);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length + bits.length);
  return Buffer.concat([length, Buffer.from(run), bits]);
}
