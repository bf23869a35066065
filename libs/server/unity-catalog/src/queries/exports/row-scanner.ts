import { isUtf8 } from 'node:buffer';
import { PlatformError } from '@lakescope/databricks-client';
import { unescapeInPlace } from './json-escapes';
import { CellPlaces, NULL, otherWidth, type RowBlock } from './row-block';

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const NULL_TEXT = [0x6e, 0x75, 0x6c, 0x6c];
/** A single row that is longer is no row of a table. */
const LONGEST_ROW_BYTES = 64 * 1024 * 1024;
const FIRST_CAPACITY = 256 * 1024;
const NOTHING = Buffer.alloc(0);
/** What a search answers when the bytes end before what it looks for. */
const UNFINISHED = -1;

/** Where in the array of rows the next byte is. */
type Place = 'before' | 'first' | 'behind a row' | 'before a row' | 'after';

/**
 * Reads an array of arrays of text or null as it comes, row by row: a chunk of a result may be larger than what an export may hold. Cells
 * stay bytes, where they arrived.
 */
export class RowScanner {
  private memory = Buffer.allocUnsafeSlow(FIRST_CAPACITY);
  /** Bytes of rows that were handed on; behind them, up to `end`, those of the row that is not complete. */
  private done = 0;
  private end = 0;
  private place: Place = 'before';
  /** A row that did not end is looked at again when twice as much of it is there, so that long ones cost no more than short ones. */
  private enough = 0;
  private escaped: number[] = [];
  private readonly places = new CellPlaces();

  constructor(private readonly columns: number) {}

  /** The rows that have come to their end with these bytes; gone at the next call. */
  push(bytes: Buffer): RowBlock {
    this.keep(bytes);
    return this.block(this.end < this.enough ? 0 : undefined);
  }

  /** The rows that are left. Throws unless the array has come to its end. */
  finish(): RowBlock {
    this.keep(NOTHING);
    const block = this.block();
    if (this.place !== 'after') throw unreadable();
    return block;
  }

  private block(known?: number): RowBlock {
    this.places.count = 0;
    this.escaped = [];
    const began = this.done;
    const count = known ?? this.rows();
    if (!isUtf8(this.memory.subarray(began, this.done))) throw unreadable();
    const { starts, ends } = this.places;
    for (const at of this.escaped) {
      const end = unescapeInPlace(this.memory, starts[at] ?? 0, ends[at] ?? 0);
      if (end === undefined) throw unreadable();
      ends[at] = end;
    }
    return { bytes: this.memory, starts, ends, columns: this.columns, first: 0, count };
  }

  private keep(bytes: Buffer): void {
    const kept = this.end - this.done;
    if (kept > LONGEST_ROW_BYTES) throw unreadable();
    const needed = kept + bytes.length;
    const memory =
      needed <= this.memory.length
        ? this.memory
        : Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * this.memory.length, LONGEST_ROW_BYTES)));
    this.memory.copy(memory, 0, this.done, this.end);
    bytes.copy(memory, kept);
    this.memory = memory;
    this.done = 0;
    this.end = needed;
  }

  /** Finds the cells of all rows that are complete; answers how many rows. */
  private rows(): number {
    let count = 0;
    for (let at = this.space(this.done); at < this.end; at = this.space(this.done)) {
      const byte = this.memory[at];
      if (byte === OPEN && this.place === 'before') this.place = 'first';
      else if (byte === COMMA && this.place === 'behind a row') this.place = 'before a row';
      else if (byte === CLOSE && (this.place === 'first' || this.place === 'behind a row')) this.place = 'after';
      else if (byte === OPEN && (this.place === 'first' || this.place === 'before a row')) {
        const known = [this.places.count, this.escaped.length] as const;
        const end = this.row(at + 1);
        if (end === UNFINISHED) {
          [this.places.count, this.escaped.length] = known;
          this.enough = 2 * (this.end - this.done);
          return count;
        }
        if (this.places.count - known[0] !== this.columns) throw otherWidth();
        count += 1;
        this.enough = 0;
        this.place = 'behind a row';
        this.done = end;
        continue;
      } else throw unreadable();
      this.done = at + 1;
    }
    this.enough = 0;
    return count;
  }

  /** From behind its bracket to behind the other one. */
  private row(start: number): number {
    let at = this.space(start);
    if (this.memory[at] === CLOSE && at < this.end) return at + 1;
    for (;;) {
      at = this.cell(at);
      if (at === UNFINISHED) return UNFINISHED;
      at = this.space(at);
      if (at >= this.end) return UNFINISHED;
      const byte = this.memory[at];
      if (byte === CLOSE) return at + 1;
      if (byte !== COMMA) throw unreadable();
      at = this.space(at + 1);
    }
  }

  private cell(start: number): number {
    const { memory, end } = this;
    if (start >= end) return UNFINISHED;
    if (memory[start] !== QUOTE) return this.nothing(start);
    let hasEscapes = false;
    for (let at = start + 1; at < end; at++) {
      const byte = memory[at] ?? 0;
      if (byte === QUOTE) {
        if (hasEscapes) this.escaped.push(this.places.count);
        this.places.add(start + 1, at);
        return at + 1;
      }
      if (byte === BACKSLASH) {
        hasEscapes = true;
        at += 1;
      } else if (byte < SPACE) throw unreadable();
    }
    return UNFINISHED;
  }

  private nothing(start: number): number {
    for (const [index, byte] of NULL_TEXT.entries()) {
      if (start + index >= this.end) return UNFINISHED;
      if (this.memory[start + index] !== byte) throw unreadable();
    }
    this.places.add(NULL, NULL);
    return start + NULL_TEXT.length;
  }

  /** The first place that holds no white space. */
  private space(start: number): number {
    let at = start;
    for (; at < this.end; at++) {
      const byte = this.memory[at] ?? 0;
      if (byte > SPACE) break;
      if (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) throw unreadable();
    }
    return at;
  }
}

function unreadable(): PlatformError {
  return new PlatformError('upstream', 'A chunk of the result is no list of rows');
}
