import { gzipSync } from 'node:zlib';
import type { ResultColumnType } from '../query-record';
import type { Cells } from '../cells';
import { parquetColumn, type ParquetColumn } from './parquet-column';
import type { RowEncoder } from './row-encoder';
import { ThriftStruct, thriftBytes } from './thrift-compact';

const MAGIC = Buffer.from('PAR1');
/** A row group is made in memory; readers want them large, an export wants them small. */
const GROUP_CELLS = 100_000;
const GROUP_CHARACTERS = 8 * 1024 * 1024;

const PLAIN = 0;
const RLE = 3;
const GZIP = 2;
const DATA_PAGE = 0;

/**
 * Writes a Parquet file from its first byte to its last, so that it can be uploaded while it is made: row groups of one page for each
 * column, values PLAIN and gzipped, metadata at the end. https://parquet.apache.org/docs/file-format/
 */
export class ParquetEncoder implements RowEncoder {
  private readonly stored: readonly ParquetColumn[];
  private readonly groups: ThriftStruct[] = [];
  private kept: Cells[] = [];
  private keptCharacters = 0;
  private offset = 0;
  private total = 0;

  constructor(private readonly columns: readonly ResultColumnType[]) {
    this.stored = columns.map(({ type }) => parquetColumn(type));
  }

  begin(): Uint8Array {
    return this.placed(MAGIC);
  }

  rows(rows: readonly Cells[]): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (const row of rows) {
      this.kept.push(row);
      for (const cell of row) this.keptCharacters += cell?.length ?? 0;
      const isFull = this.kept.length * this.columns.length >= GROUP_CELLS || this.keptCharacters >= GROUP_CHARACTERS;
      if (isFull) pieces.push(this.group());
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  end(): Uint8Array {
    const last = this.kept.length === 0 ? Buffer.alloc(0) : this.group();
    const footer = thriftBytes(
      new ThriftStruct([
        [1, 1],
        [2, [rootOf(this.columns.length), ...this.stored.map((one, at) => one.schema(this.columns[at]?.name ?? ''))]],
        [3, BigInt(this.total)],
        [4, this.groups],
        [6, 'lakescope'],
      ]),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([last, footer, length, MAGIC]);
  }

  /** All rows that are kept. */
  private group(): Buffer {
    const rows = this.kept;
    this.kept = [];
    this.keptCharacters = 0;
    this.total += rows.length;
    const start = this.offset;
    let uncompressed = 0;
    const chunks = this.stored.map((stored, at) => {
      const chunk = pageOf(stored, rows, at);
      const offset = this.offset;
      this.offset += chunk.bytes.length;
      uncompressed += chunk.uncompressed;
      const metadata = new ThriftStruct([
        [1, stored.type],
        [2, [PLAIN, RLE]],
        [3, [this.columns[at]?.name ?? '']],
        [4, GZIP],
        [5, BigInt(rows.length)],
        [6, BigInt(chunk.uncompressed)],
        [7, BigInt(chunk.bytes.length)],
        [9, BigInt(offset)],
      ]);
      return {
        bytes: chunk.bytes,
        described: new ThriftStruct([
          [2, BigInt(offset)],
          [3, metadata],
        ]),
      };
    });
    this.groups.push(
      new ThriftStruct([
        [1, chunks.map(({ described }) => described)],
        [2, BigInt(uncompressed)],
        [3, BigInt(rows.length)],
        [5, BigInt(start)],
        [6, BigInt(this.offset - start)],
      ]),
    );
    return Buffer.concat(chunks.map(({ bytes }) => bytes));
  }

  private placed(bytes: Buffer): Buffer {
    this.offset += bytes.length;
    return bytes;
  }
}

function rootOf(children: number): ThriftStruct {
  return new ThriftStruct([
    [4, 'schema'],
    [5, children],
  ]);
}

/** Header and content of the only page of a column chunk. `uncompressed` counts the header too, as the format wants. */
function pageOf(stored: ParquetColumn, rows: readonly Cells[], at: number): { bytes: Buffer; uncompressed: number } {
  const present: string[] = [];
  const levels = Buffer.alloc(Math.ceil(rows.length / 8));
  rows.forEach((row, index) => {
    const cell = row[at] ?? null;
    if (cell === null) return;
    present.push(cell);
    levels[index >> 3] = (levels[index >> 3] ?? 0) | (1 << (index & 7));
  });
  const content = Buffer.concat([definitionLevels(levels), stored.plain(present)]);
  const compressed = gzipSync(content, { level: 1 });
  const header = thriftBytes(
    new ThriftStruct([
      [1, DATA_PAGE],
      [2, content.length],
      [3, compressed.length],
      [
        5,
        new ThriftStruct([
          [1, rows.length],
          [2, PLAIN],
          [3, RLE],
          [4, RLE],
        ]),
      ],
    ]),
  );
  return { bytes: Buffer.concat([header, compressed]), uncompressed: header.length + content.length };
}

/** One bit for each row, bit-packed in groups of eight, with the length in front; "RLE/bit-packing hybrid" of the format. */
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
