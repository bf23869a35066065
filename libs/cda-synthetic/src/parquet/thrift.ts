import type { ByteWriter } from './byte-writer';

const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Writes one struct in Thrift's compact protocol; fields come in ascending order. */
export class ThriftStruct {
  private last = 0;

  constructor(private readonly bytes: ByteWriter) {}

  i32(field: number, value: number): this {
    return this.zigzag(field, I32, value);
  }

  i64(field: number, value: number): this {
    return this.zigzag(field, I64, value);
  }

  bool(field: number, value: boolean): this {
    this.header(field, value ? 1 : 2);
    return this;
  }

  text(field: number, value: string): this {
    return this.binary(field, Buffer.from(value));
  }

  binary(field: number, value: Uint8Array): this {
    this.header(field, BINARY);
    this.bytes.varint(value.length);
    this.bytes.raw(value);
    return this;
  }

  struct(field: number, write: (inner: ThriftStruct) => void): this {
    this.header(field, STRUCT);
    writeStruct(this.bytes, write);
    return this;
  }

  structs<Item>(field: number, items: readonly Item[], write: (inner: ThriftStruct, item: Item) => void): this {
    this.listHeader(field, STRUCT, items.length);
    for (const item of items) writeStruct(this.bytes, (inner) => write(inner, item));
    return this;
  }

  i32s(field: number, values: readonly number[]): this {
    this.listHeader(field, I32, values.length);
    for (const value of values) this.bytes.varint(value * 2);
    return this;
  }

  texts(field: number, values: readonly string[]): this {
    this.listHeader(field, BINARY, values.length);
    for (const value of values) {
      const text = Buffer.from(value);
      this.bytes.varint(text.length);
      this.bytes.raw(text);
    }
    return this;
  }

  private zigzag(field: number, type: number, value: number): this {
    this.header(field, type);
    this.bytes.varint(value >= 0 ? value * 2 : -value * 2 - 1);
    return this;
  }

  private listHeader(field: number, type: number, size: number): void {
    this.header(field, LIST);
    if (size < 15) this.bytes.byte((size << 4) | type);
    else {
      this.bytes.byte(0xf0 | type);
      this.bytes.varint(size);
    }
  }

  private header(field: number, type: number): void {
    this.bytes.byte(((field - this.last) << 4) | type);
    this.last = field;
  }
}

export function writeStruct(bytes: ByteWriter, write: (struct: ThriftStruct) => void): void {
  write(new ThriftStruct(bytes));
  bytes.byte(0);
}
