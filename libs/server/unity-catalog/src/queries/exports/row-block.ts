import { PlatformError } from '@lakescope/databricks-client';
import type { Cells } from '../cells';

/** What `starts` of a block says of NULL. */
export const NULL = -1;

/**
 * Some rows as the platform writes them, as bytes: cell `c` of row `r` is the UTF-8 text in `bytes` between `starts` and `ends` at
 * `r * columns + c`. Millions of rows go through an export, and a string for each of their cells would be hundreds of megabytes that wait
 * to be collected. The memory is used again: a block is gone when the next one is asked for.
 */
export interface RowBlock {
  readonly bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly columns: number;
  /** The rows are these, from the first one on. */
  readonly first: number;
  readonly count: number;
}

/** The rows of a block without the first few. */
export function withoutFirst(block: RowBlock, rows: number): RowBlock {
  const less = Math.min(rows, block.count);
  return { ...block, first: block.first + less, count: block.count - less };
}

/** No more than the first few rows of a block. */
export function withFirst(block: RowBlock, rows: number): RowBlock {
  return { ...block, count: Math.min(block.count, rows) };
}

/** Whether a cell is the text `true`. */
export function isTrue(bytes: Buffer, start: number, end: number): boolean {
  const isFour = end - start === 4;
  return (
    isFour &&
    bytes[start] === 0x74 &&
    bytes[start + 1] === 0x72 &&
    bytes[start + 2] === 0x75 &&
    bytes[start + 3] === 0x65
  );
}

/** Places of cells, in memory that grows. */
export class CellPlaces {
  starts = new Int32Array(1_024);
  ends = new Int32Array(1_024);
  count = 0;

  add(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = larger(this.starts);
      this.ends = larger(this.ends);
    }
    this.starts[this.count] = start;
    this.ends[this.count++] = end;
  }
}

function larger(places: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * places.length);
  more.set(places);
  return more;
}

const BLOCK_ROWS = 1_000;

/** Rows that are text already, block by block. */
export function* blocksOf(rows: readonly Cells[], columns: number): Generator<RowBlock> {
  for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
    const some = rows.slice(from, from + BLOCK_ROWS);
    const places = new CellPlaces();
    const text: string[] = [];
    let end = 0;
    for (const row of some) {
      if (row.length !== columns) throw otherWidth();
      for (const cell of row) {
        const start = end;
        if (cell !== null) {
          text.push(cell);
          end += Buffer.byteLength(cell);
        }
        places.add(cell === null ? NULL : start, end);
      }
    }
    const { starts, ends } = places;
    yield { bytes: Buffer.from(text.join('')), starts, ends, columns, first: 0, count: some.length };
  }
}

export function otherWidth(): PlatformError {
  return new PlatformError('upstream', 'A row of the result has not as many cells as the result has columns');
}
