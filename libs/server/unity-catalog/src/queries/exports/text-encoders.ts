import { csvText } from '@lakescope/server-http';
import type { ResultColumnType } from '../query-record';
import { sparkType } from '../spark-type';
import { cellReader } from '../typed-cells';
import { ByteWriter } from './byte-writer';
import { isTrue, NULL, type RowBlock } from './row-block';
import { JSON_TYPE, type RowEncoder } from './row-encoder';

/** Smaller pieces cost more to send than to make. */
const PIECE_BYTES = 64 * 1024;
const NOTHING = new Uint8Array();
const LINE_END = Buffer.from('\r\n');
const EMPTY_TEXT = Buffer.from('""');
const NULL_TEXT = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const NUMBERS: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL']);
const FINITE = /^-?[\d.]+(?:[eE][+-]?\d+)?$/;
/** A cell with one of these, or that begins with one of those, is no longer what it was when it is in a CSV. */
const CHANGED_IN_CSV = flagged('",;\t\r\n');
// 0xef begins the wide forms of the other four in UTF-8.
const CHANGED_AT_FIRST = flagged('=+-@\xef');
const CHANGED_IN_JSON = flagged(`"\\${String.fromCharCode(...Array(0x20).keys())}`);

/** RFC 4180 with a header. NULL is an empty cell, the empty text is `""`; what a spreadsheet could take for a formula is made text. */
export class CsvEncoder implements RowEncoder {
  private readonly isNumber: readonly boolean[];
  private readonly out = new ByteWriter(2 * PIECE_BYTES);

  constructor(private readonly columns: readonly ResultColumnType[]) {
    this.isNumber = columns.map(({ type }) => {
      const read = sparkType(type);
      return read.kind === 'scalar' && NUMBERS.has(read.name);
    });
  }

  begin(): Uint8Array {
    return Buffer.from(`${this.columns.map(({ name }) => csvText(name)).join(',')}\r\n`);
  }

  rows({ bytes, starts, ends, columns, first, count }: RowBlock): Uint8Array {
    const { out } = this;
    let place = first * columns;
    for (let row = 0; row < count; row++) {
      for (let at = 0; at < columns; at++, place++) {
        if (at > 0) out.byte(COMMA);
        const start = starts[place] ?? NULL;
        if (start !== NULL) this.cell(bytes, start, ends[place] ?? start, at);
      }
      out.copy(LINE_END, 0, LINE_END.length);
    }
    return out.length < PIECE_BYTES ? NOTHING : out.take();
  }

  end(): Uint8Array {
    return this.out.take();
  }

  private cell(bytes: Buffer, start: number, end: number, column: number): void {
    if (start === end) this.out.copy(EMPTY_TEXT, 0, EMPTY_TEXT.length);
    else if (CHANGED_AT_FIRST[bytes[start] ?? 0] !== 1 && isPlain(bytes, start, end, CHANGED_IN_CSV)) {
      this.out.copy(bytes, start, end);
    } else {
      const text = bytes.toString('utf8', start, end);
      // The minus of a number begins no formula.
      this.out.text(this.isNumber[column] === true && FINITE.test(text) ? text : csvText(text));
    }
  }
}

/**
 * How the cells of a column become JSON: `text` is written as it is, a whole `number` too, `value` is what the API would show, and `json`
 * is JSON already.
 */
type JsonKind = 'text' | 'number' | 'truth' | 'value' | 'json';

/** An array of objects, one on each line, with values typed as the API shows them. */
export class JsonEncoder implements RowEncoder {
  /** What stands before the value: the bracket or comma, and the key. */
  private readonly keys: readonly Buffer[];
  private readonly readers: readonly ReturnType<typeof cellReader>[];
  private readonly kinds: readonly JsonKind[];
  private readonly out = new ByteWriter(2 * PIECE_BYTES);
  private isFirst = true;

  constructor(columns: readonly ResultColumnType[]) {
    this.keys = columns.map(({ name }, at) => Buffer.from(`${at === 0 ? '' : ','}${JSON.stringify(name)}:`));
    this.readers = columns.map(({ type }) => cellReader(type));
    this.kinds = columns.map(({ type }) => kindOf(type));
  }

  begin(): Uint8Array {
    return Buffer.from('[');
  }

  rows({ bytes, starts, ends, columns, first, count }: RowBlock): Uint8Array {
    const { out } = this;
    let place = first * columns;
    for (let row = 0; row < count; row++) {
      out.text(this.isFirst ? '\n{' : ',\n{');
      this.isFirst = false;
      for (let at = 0; at < columns; at++, place++) {
        const key = this.keys[at];
        if (key !== undefined) out.copy(key, 0, key.length);
        const start = starts[place] ?? NULL;
        if (start === NULL) out.copy(NULL_TEXT, 0, NULL_TEXT.length);
        else this.cell(bytes, start, ends[place] ?? start, at);
      }
      out.text('}');
    }
    return out.length < PIECE_BYTES ? NOTHING : out.take();
  }

  end(): Uint8Array {
    this.out.text('\n]\n');
    return this.out.take();
  }

  private cell(bytes: Buffer, start: number, end: number, column: number): void {
    const { out } = this;
    const kind = this.kinds[column];
    if (kind === 'text' && isPlain(bytes, start, end, CHANGED_IN_JSON)) {
      out.byte(QUOTE);
      out.copy(bytes, start, end);
      out.byte(QUOTE);
    } else if (kind === 'json' || (kind === 'number' && isWhole(bytes, start, end))) out.copy(bytes, start, end);
    else if (kind === 'truth') {
      const text = isTrue(bytes, start, end) ? TRUE : FALSE;
      out.copy(text, 0, text.length);
    } else out.text(JSON.stringify(this.readers[column]?.(bytes.toString('utf8', start, end)) ?? null));
  }
}

function kindOf(typeText: string): JsonKind {
  const type = sparkType(typeText);
  if (type.kind !== 'scalar') return 'value';
  if (type.name === 'BOOLEAN') return 'truth';
  if (type.name === JSON_TYPE) return 'json';
  // The others of the numbers are text, with all of their digits.
  return NUMBERS.has(type.name) && type.name !== 'BIGINT' && type.name !== 'DECIMAL' ? 'number' : 'text';
}

function flagged(characters: string): Uint8Array {
  const flags = new Uint8Array(256);
  for (const character of characters) flags[character.charCodeAt(0)] = 1;
  return flags;
}

function isPlain(bytes: Buffer, start: number, end: number, changed: Uint8Array): boolean {
  for (let at = start; at < end; at++) if (changed[bytes[at] ?? 0] === 1) return false;
  return true;
}

/** Digits as JSON.stringify writes a number that it holds exactly: without zeros in front, and zero without a sign. */
function isWhole(bytes: Buffer, start: number, end: number): boolean {
  const from = bytes[start] === MINUS ? start + 1 : start;
  if (from === end || end - from > 15 || (bytes[from] === ZERO && end - start > 1)) return false;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}
