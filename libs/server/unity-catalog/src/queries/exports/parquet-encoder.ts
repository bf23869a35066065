import type { ResultColumnType } from '../query-record';
import { parquetColumn, type ParquetColumn } from './parquet-column';
import { ParquetPage } from './parquet-page';
import { NULL, type RowBlock } from './row-block';
import type { RowEncoder } from './row-encoder';
import { ThriftStruct, WrittenStruct, thriftBytes } from './thrift-compact';

const MAGIC = Buffer.from('PAR1');
/** A row group is made in memory; readers want them large, an export wants them small. */
const GROUP_BYTES = 4 * 1024 * 1024;
const NOTHING = new Uint8Array();

const PLAIN = 0;
const RLE = 3;
const GZIP = 2;

/**
 * Writes a Parquet file from its first byte to its last, so that it can be uploaded while it is made: row groups of one page for each
 * column, values PLAIN and gzipped, metadata at the end. https://parquet.apache.org/docs/file-format/
 */
export class ParquetEncoder implements RowEncoder {
  private readonly stored: readonly ParquetColumn[];
  private readonly pages: readonly ParquetPage[];
  /** Described in bytes at once: objects for the groups of a large file would be more than its rows. */
  private readonly groups: WrittenStruct[] = [];
  private offset = 0;
  private inGroup = 0;
  private total = 0;

  constructor(private readonly columns: readonly ResultColumnType[]) {
    this.stored = columns.map(({ type }) => parquetColumn(type));
    this.pages = this.stored.map(({ plain }) => new ParquetPage(plain));
  }

  begin(): Uint8Array {
    this.offset += MAGIC.length;
    return MAGIC;
  }

  rows(block: RowBlock): Promise<Uint8Array> | Uint8Array {
    const { bytes, starts, ends, columns, first, count } = block;
    let size = 0;
    for (let column = 0; column < columns; column++) {
      const page = this.pages[column];
      if (page === undefined) continue;
      let place = first * columns + column;
      for (let row = 0; row < count; row++, place += columns) {
        const start = starts[place] ?? NULL;
        if (start === NULL) page.addNull();
        else page.add(bytes, start, ends[place] ?? start);
      }
      size += page.sizeBytes;
    }
    this.inGroup += count;
    return size < GROUP_BYTES ? NOTHING : this.group();
  }

  async end(): Promise<Uint8Array> {
    const last = this.inGroup === 0 ? NOTHING : await this.group();
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

  /** All rows that are kept. Column after column, since what compresses takes memory too. */
  private async group(): Promise<Uint8Array> {
    const rows = this.inGroup;
    this.inGroup = 0;
    this.total += rows;
    const start = this.offset;
    let uncompressed = 0;
    const pieces: Buffer[] = [];
    const described: ThriftStruct[] = [];
    for (const [at, page] of this.pages.entries()) {
      const finished = await page.finish();
      const offset = BigInt(this.offset);
      this.offset += finished.bytes.length;
      uncompressed += finished.uncompressed;
      pieces.push(finished.bytes);
      const metadata = new ThriftStruct([
        [1, this.stored[at]?.type],
        [2, [PLAIN, RLE]],
        [3, [this.columns[at]?.name ?? '']],
        [4, GZIP],
        [5, BigInt(rows)],
        [6, BigInt(finished.uncompressed)],
        [7, BigInt(finished.bytes.length)],
        [9, offset],
      ]);
      described.push(
        new ThriftStruct([
          [2, offset],
          [3, metadata],
        ]),
      );
    }
    const group = new ThriftStruct([
      [1, described],
      [2, BigInt(uncompressed)],
      [3, BigInt(rows)],
      [5, BigInt(start)],
      [6, BigInt(this.offset - start)],
    ]);
    this.groups.push(new WrittenStruct(thriftBytes(group)));
    return Buffer.concat(pieces);
  }
}

function rootOf(children: number): ThriftStruct {
  return new ThriftStruct([
    [4, 'schema'],
    [5, children],
  ]);
}
