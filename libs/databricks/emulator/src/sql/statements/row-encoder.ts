import type { SqlColumn, SqlRow } from '../engine/sql-request';

/** A row as it stands in a chunk. */
export interface EncodedRow {
  readonly row: SqlRow;
  /** Empty for formats that are written column by column. */
  readonly text: string;
  /** What limits count. */
  readonly bytes: number;
}

/** Turns rows into the bytes of chunks; every chunk can be read without the others. */
export interface RowEncoder {
  /** What is written before the first row of a chunk. */
  opening(chunkIndex: number): string;
  encode(row: SqlRow): EncodedRow;
  readonly between: string;
  /** Of formats that are written column by column: takes a row of the current chunk. */
  keep?(row: SqlRow): void;
  /** What ends a chunk; all of it, where rows were kept. */
  closing(): string | Uint8Array;
}

/** A compact array of arrays. */
export const JSON_ROWS: RowEncoder = {
  opening: () => '[',
  encode: (row) => written(row, JSON.stringify(row)),
  between: ',',
  closing: () => ']',
};

/** RFC 4180; NULL is the word `null`, and only the first chunk has a header. */
export function csvRows(columns: readonly SqlColumn[]): RowEncoder {
  return {
    opening: (chunkIndex) => (chunkIndex === 0 ? `${columns.map(({ name }) => csvField(name)).join(',')}\r\n` : ''),
    encode: (row) => written(row, row.map((cell) => (cell === null ? 'null' : csvField(cell))).join(',')),
    between: '\r\n',
    closing: () => '\r\n',
  };
}

function written(row: SqlRow, text: string): EncodedRow {
  return { row, text, bytes: Buffer.byteLength(text) };
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
