import { BadDataFile } from './bad-data-file';

/** Wire types of Thrift's compact protocol. */
const BOOLEAN_TRUE = 1;
const BOOLEAN_FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;
const UUID = 13;

/** Parquet's own structures end at the seventh level. */
const MOST_LEVELS = 24;

/** No field: the end of a struct. */
export const STOP = 0;

/**
 * Reads Thrift's compact protocol (thrift-compact-protocol.md) in place: a struct is a loop over `field`, and what nobody asks for is
 * skipped. Every step eats at least one byte, so no text takes longer to read than it is long, whatever lengths it claims.
 */
export class CompactReader {
  private type = STOP;

  constructor(
    readonly bytes: Buffer,
    private offset: number,
    private readonly end: number,
  ) {}

  /** The id of the next field of a struct after the field `previous` (0 at its start); `STOP` at its end. */
  field(previous: number): number {
    const header = this.byte();
    this.type = header & 0x0f;
    if (this.type === STOP) return STOP;
    const delta = header >> 4;
    const id = delta === 0 ? this.zigzag() : previous + delta;
    if (id <= 0) throw corrupt('a field without a number');
    return id;
  }

  boolean(): boolean {
    if (this.type !== BOOLEAN_TRUE && this.type !== BOOLEAN_FALSE) throw corrupt('a flag that is none');
    return this.type === BOOLEAN_TRUE;
  }

  /** A number of any width; those beyond 2^53 are in no footer of a file that exists. */
  integer(): number {
    if (this.type === BYTE) return (this.byte() << 24) >> 24;
    if (this.type !== I16 && this.type !== I32 && this.type !== I64) throw corrupt('a number that is none');
    return this.zigzag();
  }

  /** Bytes of the footer itself: not a copy. */
  binary(): Buffer {
    if (this.type !== BINARY) throw corrupt('a text that is none');
    return this.binaryItem();
  }

  /** The next text of a list. */
  binaryItem(): Buffer {
    const length = this.varint();
    const start = this.offset;
    this.jump(length);
    return this.bytes.subarray(start, start + length);
  }

  text(): string {
    return this.binary().toString('utf8');
  }

  /** Enters a struct; its fields follow. */
  struct(): void {
    if (this.type !== STRUCT) throw corrupt('a struct that is none');
  }

  /** Enters a list of structs and says how many follow. */
  structs(): number {
    const length = this.list();
    if (length > 0 && this.type !== STRUCT) throw corrupt('a list of something else');
    return length;
  }

  /** Enters a list of texts and says how many follow, each to be read by `binaryItem`. */
  binaries(): number {
    const length = this.list();
    if (length > 0 && this.type !== BINARY) throw corrupt('a list of something else');
    return length;
  }

  /** Whether exactly these bytes follow; passes over them when they do. */
  take(expected: Buffer): boolean {
    const { offset } = this;
    const end = offset + expected.length;
    if (end > this.end || this.bytes.compare(expected, 0, expected.length, offset, end) !== 0) return false;
    this.offset = end;
    return true;
  }

  /** How far it is read. */
  get position(): number {
    return this.offset;
  }

  /** What was read since a position, as bytes of their own. */
  copyFrom(position: number): Buffer {
    return Buffer.from(this.bytes.subarray(position, this.offset));
  }

  /** Passes over the value of the field. */
  skip(): void {
    this.skipValue(this.type, 0);
  }

  /** Passes over the rest of a struct after its field `previous`. */
  skipRest(previous: number): void {
    for (let id = this.field(previous); id !== STOP; id = this.field(id)) this.skip();
  }

  private list(): number {
    if (this.type !== LIST) throw corrupt('a list that is none');
    return this.listHeader();
  }

  private listHeader(): number {
    const header = this.byte();
    this.type = header & 0x0f;
    const length = header >> 4 === 15 ? this.varint() : header >> 4;
    if (length > this.end - this.offset) throw corrupt('a list longer than the footer');
    return length;
  }

  private skipValue(type: number, depth: number): void {
    if (depth > MOST_LEVELS) throw corrupt('too many levels');
    switch (type) {
      case BOOLEAN_TRUE:
      case BOOLEAN_FALSE:
        return;
      case BYTE:
        return this.jump(1);
      case I16:
      case I32:
      case I64:
        return this.skipVarint();
      case DOUBLE:
        return this.jump(8);
      case UUID:
        return this.jump(16);
      case BINARY:
        return this.jump(this.varint());
      case LIST:
      case SET: {
        const length = this.listHeader();
        const item = this.type;
        for (let index = 0; index < length; index += 1) this.skipItem(item, depth);
        return;
      }
      case MAP: {
        const length = this.varint();
        if (length === 0) return;
        const types = this.byte();
        if (length > this.end - this.offset) throw corrupt('a map longer than the footer');
        for (let index = 0; index < length; index += 1) {
          this.skipItem(types >> 4, depth);
          this.skipItem(types & 0x0f, depth);
        }
        return;
      }
      case STRUCT:
        for (let id = this.field(0); id !== STOP; id = this.field(id)) this.skipValue(this.type, depth + 1);
        return;
      default:
        throw corrupt('a value of an unknown kind');
    }
  }

  /** A flag in a list is a byte of its own. */
  private skipItem(type: number, depth: number): void {
    if (type === BOOLEAN_TRUE || type === BOOLEAN_FALSE) this.jump(1);
    else this.skipValue(type, depth + 1);
  }

  private byte(): number {
    const { offset } = this;
    if (offset >= this.end) throw corrupt('it ends too early');
    this.offset = offset + 1;
    return this.bytes[offset] ?? 0;
  }

  private jump(length: number): void {
    if (length > this.end - this.offset) throw corrupt('it ends too early');
    this.offset += length;
  }

  private skipVarint(): void {
    for (let count = 0; count < 10; count += 1) if (this.byte() < 0x80) return;
    throw corrupt('a number without an end');
  }

  private varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    for (let count = 1; count < 10; count += 1) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) throw corrupt('a number beyond 2^53');
        return value;
      }
      scale *= 0x80;
    }
    throw corrupt('a number without an end');
  }

  private zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

export function corrupt(what: string): BadDataFile {
  return new BadDataFile('CORRUPT_FOOTER', `The file's parquet footer cannot be read: ${what}`);
}
