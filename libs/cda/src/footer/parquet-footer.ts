import type { DataType } from '@lakescope/delta';
import { BadDataFile } from './bad-data-file';
import { ColumnBounds } from './column-bounds';
import { CompactReader, corrupt, STOP } from './compact-reader';
import { FileWriter } from './file-writer';
import { readColumns, type FooterColumns } from './footer-columns';
import { readRowGroup } from './row-group';

/** Length of the footer and the magic bytes, at the end of every file. */
const TRAILER_BYTES = 8;
/** Magic bytes at both ends, and the length between them. */
const SMALLEST_FILE = 12;
/** Nothing that people make comes near; a hostile length must not fill memory. */
const LARGEST_FOOTER = 64 * 2 ** 20;
/** As many leaves as Delta indexes unless a table says otherwise (`delta.dataSkippingNumIndexedCols`). */
const INDEXED_COLUMNS = 32;
/** `ColumnOrder`: by the type of the column, and for floats that of IEEE 754. */
const TYPE_ORDER = 1;
const TOTAL_ORDER = 2;

/** What a Delta table needs to know of a parquet file to refer to it. */
export interface FileFacts {
  /** In the order of the file, and most often the same object for the same columns; all of them can be columns of a Delta table without column mapping. */
  readonly columns: readonly { readonly name: string; readonly type: DataType }[];
  readonly rows: bigint;
  /**
   * The text of an add action's `stats` (PROTOCOL.md, "Per-file Statistics"): numRecords, and minValues, maxValues and nullCount of the first 32
   * columns. Longs and decimals digit for digit, texts and times cut outwards, and no bounds where a safe one is not certain (INT96, NaN).
   */
  readonly stats: string;
}

/**
 * How many of a file's last bytes `readFooter` needs; undefined when `tail` has them all. Files throw a `BadDataFile` whose end is not that of
 * a parquet file.
 */
export function footerBytesNeeded(tail: Uint8Array, sizeBytes: number): number | undefined {
  const bytes = asBuffer(tail);
  if (sizeBytes < SMALLEST_FILE) throw notParquet(bytes, sizeBytes);
  if (bytes.length < TRAILER_BYTES) return TRAILER_BYTES;
  const magic = bytes.toString('latin1', bytes.length - 4);
  if (magic === 'PARE')
    throw new BadDataFile('ENCRYPTED', 'The file is encrypted parquet, which a Delta table cannot read');
  if (magic !== 'PAR1') throw notParquet(bytes, sizeBytes);
  const length = bytes.readUInt32LE(bytes.length - TRAILER_BYTES);
  if (length + SMALLEST_FILE > sizeBytes)
    throw corrupt('it is longer than the file, which may be cut off at its start');
  if (length > LARGEST_FOOTER) throw corrupt(`it has ${length} bytes, and no more than ${LARGEST_FOOTER} are read`);
  return length + TRAILER_BYTES > bytes.length ? length + TRAILER_BYTES : undefined;
}

/**
 * Reads what a table needs from the last bytes of a parquet file of `sizeBytes`. Everything else throws a `BadDataFile`: what is no parquet,
 * cut off, encrypted, contradicts itself, or has a column that no Delta table can have. Nothing of the data is looked at.
 */
export function readFooter(tail: Uint8Array, sizeBytes: number): FileFacts {
  const needed = footerBytesNeeded(tail, sizeBytes);
  const bytes = asBuffer(tail);
  if (needed !== undefined) throw new RangeError(`The last ${needed} bytes are needed, and ${bytes.length} were given`);
  const end = bytes.length - TRAILER_BYTES;
  const start = end - bytes.readUInt32LE(end);
  const isWhole = bytes.length === sizeBytes;
  if (isWhole && bytes.toString('latin1', 0, 4) !== 'PAR1') throw notParquet(bytes, sizeBytes);
  const metadata = readMetadata(new CompactReader(bytes, start, end), sizeBytes - (bytes.length - start));
  return {
    columns: metadata.columns.told,
    rows: BigInt(metadata.rows),
    stats: statsText(metadata),
  };
}

interface Metadata {
  columns: FooterColumns;
  bounds: readonly ColumnBounds[];
  rows: number;
  writer: FileWriter;
}

/** Reads a `FileMetaData`; the data of the file ends at `dataEnd`. */
function readMetadata(reader: CompactReader, dataEnd: number): Metadata {
  let columns: FooterColumns | undefined;
  let bounds: ColumnBounds[] = [];
  let rows: number | undefined;
  let counted: number | undefined;
  const writer = new FileWriter();
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 2) {
      columns = readColumns(reader);
      bounds = columns.all.slice(0, INDEXED_COLUMNS).map((column) => new ColumnBounds(column));
    } else if (id === 3) rows = reader.integer();
    else if (id === 4) {
      if (columns === undefined || counted !== undefined) throw corrupt('its parts are not in their order');
      counted = 0;
      for (let left = reader.structs(); left > 0; left -= 1)
        counted += readRowGroup(reader, columns.all, bounds, dataEnd);
    } else if (id === 5) writer.readKeys(reader);
    else if (id === 6) writer.readName(reader);
    else if (id === 7) readOrders(reader, bounds);
    else if (id === 8)
      throw new BadDataFile('ENCRYPTED', 'The file has encrypted columns, which a Delta table cannot read');
    else reader.skip();
  }
  if (columns === undefined || rows === undefined || counted === undefined) throw corrupt('a part is missing');
  if (rows !== counted) throw corrupt(`it says ${rows} rows, and its row groups have ${counted}`);
  return { columns, bounds, rows, writer };
}

/** Reads the list `column_orders`: bounds in an order that is not known here are none. */
function readOrders(reader: CompactReader, bounds: readonly ColumnBounds[]): void {
  const length = reader.structs();
  for (let index = 0; index < length; index += 1) {
    let isKnown = false;
    for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
      isKnown = id === TYPE_ORDER || id === TOTAL_ORDER;
      reader.skip();
    }
    if (!isKnown) bounds[index]?.doubt();
  }
}

function statsText({ bounds, rows, writer }: Metadata): string {
  let minValues = '';
  let maxValues = '';
  let nullCount = '';
  for (const column of bounds) {
    const { key } = column.column;
    const values = column.json(writer);
    if (values?.min !== undefined) minValues += `${minValues === '' ? '' : ','}${key}:${values.min}`;
    if (values?.max !== undefined) maxValues += `${maxValues === '' ? '' : ','}${key}:${values.max}`;
    if (column.nullCount !== undefined) nullCount += `${nullCount === '' ? '' : ','}${key}:${column.nullCount}`;
  }
  return `{"numRecords":${rows},"minValues":{${minValues}},"maxValues":{${maxValues}},"nullCount":{${nullCount}}}`;
}

/** Truncated when it starts like parquet; where only the end is known, both are said. */
function notParquet(bytes: Buffer, sizeBytes: number): BadDataFile {
  if (sizeBytes === 0) return new BadDataFile('NOT_PARQUET', 'The file is empty');
  const isWhole = bytes.length >= sizeBytes;
  if (!isWhole)
    return new BadDataFile('NOT_PARQUET', 'The file does not end as parquet does: it is something else, or cut off');
  return bytes.toString('latin1', 0, 4) === 'PAR1'
    ? new BadDataFile('TRUNCATED', 'The file starts as parquet does, but its end is missing')
    : new BadDataFile('NOT_PARQUET', 'The file is no parquet: it does not start and end with PAR1');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
