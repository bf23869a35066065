import { BadDataFile } from './bad-data-file';
import type { ChunkStatistics, ColumnBounds } from './column-bounds';
import { corrupt, STOP, type CompactReader } from './compact-reader';
import { DOUBLE, FLOAT, INT32, INT64 } from './delta-type';
import type { FooterColumn } from './footer-columns';

/** What of a `ColumnChunk` and its `ColumnMetaData` (parquet.thrift) says where it is and what is in it. */
interface Chunk {
  hasMetadata: boolean;
  values: number;
  start: number;
  bytes: number;
  statistics: ChunkStatistics | undefined;
}

/**
 * Reads one `RowGroup`, adds the statistics of its columns to `bounds` (those of the first columns) and returns its rows. That the chunks lie
 * before `dataEnd` is what tells a file that lost a part of its middle.
 */
export function readRowGroup(
  reader: CompactReader,
  columns: readonly FooterColumn[],
  bounds: readonly ColumnBounds[],
  dataEnd: number,
): number {
  const chunks: Chunk[] = [];
  let rows: number | undefined;
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) {
      const length = reader.structs();
      if (length !== columns.length) throw corrupt('a row group does not have the columns of the schema');
      for (const column of columns) chunks.push(readChunk(reader, column));
    } else if (id === 3) rows = reader.integer();
    else reader.skip();
  }
  if (rows === undefined || rows < 0) throw corrupt('a row group does not say its rows');
  if (chunks.length !== columns.length) throw corrupt('a row group does not have the columns of the schema');
  for (const [index, chunk] of chunks.entries()) {
    if (!chunk.hasMetadata || chunk.values !== rows) throw corrupt('a column does not have the rows of its row group');
    if (chunk.start < 0 || chunk.bytes < 0 || chunk.start + chunk.bytes > dataEnd) {
      throw new BadDataFile('TRUNCATED', 'A part of the file is missing: its footer speaks of data beyond it');
    }
    bounds[index]?.add(chunk.statistics, rows);
  }
  return rows;
}

function readChunk(reader: CompactReader, column: FooterColumn): Chunk {
  const chunk: Chunk = { hasMetadata: false, values: -1, start: 0, bytes: 0, statistics: undefined };
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) {
      if (reader.binary().length > 0) throw corrupt('a column is kept in another file');
    } else if (id === 3) readChunkMetadata(reader, column, chunk);
    else if (id === 8)
      throw new BadDataFile('ENCRYPTED', `Column ${column.name} is encrypted, which a Delta table cannot read`);
    else reader.skip();
  }
  return chunk;
}

function readChunkMetadata(reader: CompactReader, column: FooterColumn, chunk: Chunk): void {
  let dataPage = -1;
  let dictionaryPage = 0;
  reader.struct();
  chunk.hasMetadata = true;
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) {
      if (reader.integer() !== column.physical) throw corrupt(`column ${column.name} has two types`);
    } else if (id === 3) {
      const isIt = reader.binaries() === 1 && reader.binaryItem().equals(column.nameBytes);
      if (!isIt) throw corrupt(`column ${column.name} is not where its schema says`);
    } else if (id === 5) chunk.values = reader.integer();
    else if (id === 7) chunk.bytes = reader.integer();
    else if (id === 9) dataPage = reader.integer();
    else if (id === 11) dictionaryPage = reader.integer();
    else if (id === 12) chunk.statistics = readStatistics(reader, column);
    else reader.skip();
  }
  // Some writers say 0 where there is no dictionary.
  chunk.start = dictionaryPage > 0 && dictionaryPage < dataPage ? dictionaryPage : dataPage;
}

/**
 * The order of `min_value` and `max_value` is that of the type. The deprecated `min` and `max` were compared as signed numbers, so they serve
 * numbers alone.
 */
function readStatistics(reader: CompactReader, column: FooterColumn): ChunkStatistics {
  const statistics: ChunkStatistics = { nulls: undefined, min: undefined, max: undefined, nans: undefined };
  let oldMin: Buffer | undefined;
  let oldMax: Buffer | undefined;
  reader.struct();
  for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
    if (id === 1) oldMax = reader.binary();
    else if (id === 2) oldMin = reader.binary();
    else if (id === 3) statistics.nulls = reader.integer();
    else if (id === 5) statistics.max = reader.binary();
    else if (id === 6) statistics.min = reader.binary();
    else if (id === 9) statistics.nans = reader.integer();
    else reader.skip();
  }
  if (statistics.min === undefined && statistics.max === undefined && isSigned(column.physical)) {
    statistics.min = oldMin;
    statistics.max = oldMax;
  }
  return statistics;
}

function isSigned(physical: number): boolean {
  return physical === INT32 || physical === INT64 || physical === FLOAT || physical === DOUBLE;
}
