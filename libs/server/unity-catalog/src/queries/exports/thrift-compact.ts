/** Types of fields in Thrift's compact protocol. */
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** A field's value; integers are 32 bits wide unless they are bigint. A list holds values of one kind. */
export type ThriftValue = boolean | number | bigint | string | readonly ThriftValue[] | ThriftStruct | WrittenStruct;

/** Fields by their ids, in ascending order; what is undefined is left out. */
export class ThriftStruct {
  constructor(readonly fields: readonly (readonly [id: number, value: ThriftValue | undefined])[]) {}
}

/** What `thriftBytes` has answered for a structure: inside of another one it is the same. */
export class WrittenStruct {
  constructor(readonly bytes: Buffer) {}
}

/** Thrift's compact protocol, as far as the metadata of Parquet needs it; https://github.com/apache/thrift/blob/master/doc/specs */
export function thriftBytes(struct: ThriftStruct): Buffer {
  const bytes: number[] = [];
  writeStruct(struct, bytes);
  return Buffer.from(bytes);
}

function writeStruct({ fields }: ThriftStruct, bytes: number[]): void {
  let last = 0;
  for (const [id, value] of fields) {
    if (value === undefined) continue;
    // True and false are types of their own, without a value.
    const type = typeof value === 'boolean' ? (value ? 1 : 2) : typeOf(value);
    bytes.push(((id - last) << 4) | type);
    last = id;
    if (typeof value !== 'boolean') writeValue(value, bytes);
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if (typeof value === 'number') return I32;
  if (typeof value === 'bigint') return I64;
  if (typeof value === 'string') return BINARY;
  return value instanceof ThriftStruct || value instanceof WrittenStruct ? STRUCT : LIST;
}

function writeValue(value: Exclude<ThriftValue, boolean>, bytes: number[]): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const wide = BigInt(value);
    writeVarint((wide << 1n) ^ (wide >> 63n), bytes);
  } else if (typeof value === 'string') {
    const text = Buffer.from(value);
    writeVarint(BigInt(text.length), bytes);
    for (const byte of text) bytes.push(byte);
  } else if (value instanceof ThriftStruct) writeStruct(value, bytes);
  else if (value instanceof WrittenStruct) for (const byte of value.bytes) bytes.push(byte);
  else writeList(value, bytes);
}

/** Lists without items are those of structures. */
const NOTHING = new ThriftStruct([]);

function writeList(list: readonly ThriftValue[], bytes: number[]): void {
  const [first = NOTHING] = list;
  const type = typeOf(first);
  if (list.length < 15) bytes.push((list.length << 4) | type);
  else {
    bytes.push(0xf0 | type);
    writeVarint(BigInt(list.length), bytes);
  }
  for (const item of list) {
    if (typeof item === 'boolean') throw new Error('No list of Parquet holds truth values');
    writeValue(item, bytes);
  }
}

function writeVarint(value: bigint, bytes: number[]): void {
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
}
