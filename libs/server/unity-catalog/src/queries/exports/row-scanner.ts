import { PlatformError } from '@lakescope/databricks-client';
import type { Cells } from '../cells';

const OPEN = 0x5b;
const CLOSE = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** A single row that is longer is no row of a table. */
const LONGEST_ROW_BYTES = 64 * 1024 * 1024;

/**
 * Reads an array of arrays of text or null as it comes, row by row: a chunk of a result may be larger than what an export may hold. What
 * is inside of the rows is left to JSON.parse; here only their ends are found.
 */
export class RowScanner {
  private depth = 0;
  private inText = false;
  private escaped = false;
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  /** The rows that have come to their end with these bytes. */
  push(bytes: Buffer): Cells[] {
    let [start, end] = [0, 0];
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.inText) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inText = false;
      } else if (byte === QUOTE) this.inText = true;
      else if (byte === OPEN && ++this.depth === 1) start = at + 1;
      else if (byte === CLOSE && --this.depth === 1) end = at + 1;
    }
    // The outer brackets are none of the rows'.
    if (this.depth < 0) throw unreadable();
    const rows = end === 0 ? [] : this.parse(bytes.subarray(start, end));
    this.keep(bytes.subarray(Math.max(start, end)));
    return rows;
  }

  /** Throws unless the array has come to its end. */
  finish(): void {
    if (this.depth !== 0 || this.inText) throw unreadable();
  }

  private parse(last: Buffer): Cells[] {
    const text = Buffer.concat([...this.pending, last])
      .toString('utf8')
      .replace(/^[\s,]+/, '');
    this.pending = [];
    this.pendingBytes = 0;
    try {
      const rows: unknown = JSON.parse(`[${text}]`);
      if (Array.isArray(rows) && rows.every(Array.isArray)) return rows as Cells[];
    } catch (cause) {
      throw unreadable(cause);
    }
    throw unreadable();
  }

  private keep(rest: Buffer): void {
    if (rest.length === 0 || this.depth === 0) return;
    this.pending.push(rest);
    this.pendingBytes += rest.length;
    if (this.pendingBytes > LONGEST_ROW_BYTES) throw unreadable();
  }
}

function unreadable(cause?: unknown): PlatformError {
  return new PlatformError('upstream', 'A chunk of the result is no list of rows', { cause });
}
