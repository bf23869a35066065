import { TableCorrupt, UnsupportedTableFeature, messageOf } from '../errors';
import { primitiveReader } from './variant-primitives';
import type { JsonValue } from '../schema/types';

/** The only version of the encoding there is. */
const VERSION = 1;
/** Deeper values are refused, because everything that reads them afterwards goes down as deep. */
const MOST_LEVELS = 500;

const SHORT_STRING = 1;
const OBJECT = 2;
const ARRAY = 3;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A variant as JSON, from its two binaries (Parquet's VariantEncoding.md). Numbers stay JSON numbers where a double holds
 * them digit for digit, however wide they are stored, and are text where it does not; times, UUIDs and binaries are
 * texts as they are in columns of those types.
 */
export function decodeVariant(metadata: Uint8Array, value: Uint8Array): JsonValue {
  try {
    return new VariantReader(bufferOf(metadata), bufferOf(value)).read();
  } catch (cause) {
    if (cause instanceof UnsupportedTableFeature) throw cause;
    throw new TableCorrupt({
      message: `A variant cannot be decoded: ${messageOf(cause)}`,
      missing: 'variant',
      cause,
    });
  }
}

class VariantReader {
  private readonly names: Dictionary;
  /** Every value takes a byte of its own, so more values than bytes means that offsets point at the same ones again. */
  private left: number;

  constructor(
    metadata: Buffer,
    private readonly value: Buffer,
  ) {
    this.names = new Dictionary(metadata);
    this.left = value.length;
  }

  read(): JsonValue {
    return this.valueAt(0, 0);
  }

  private valueAt(offset: number, depth: number): JsonValue {
    if (depth > MOST_LEVELS) throw new RangeError(`it is nested more than ${MOST_LEVELS} levels deep`);
    this.left -= 1;
    if (this.left < 0) throw new RangeError('its parts overlap');
    const head = this.value.readUInt8(offset);
    const header = head >>> 2;
    switch (head & 3) {
      case SHORT_STRING:
        return utf8.decode(slice(this.value, offset + 1, header));
      case OBJECT:
        return this.object(offset + 1, header, depth);
      case ARRAY:
        return this.array(offset + 1, header, depth);
      default:
        return primitiveReader(header)(this.value, offset + 1);
    }
  }

  private object(start: number, header: number, depth: number): JsonValue {
    const offsetSize = (header & 3) + 1;
    const idSize = ((header >>> 2) & 3) + 1;
    const countSize = (header & 16) === 0 ? 1 : 4;
    const count = this.value.readUIntLE(start, countSize);
    const ids = start + countSize;
    const offsets = ids + count * idSize;
    const values = offsets + (count + 1) * offsetSize;
    if (values > this.value.length) throw new RangeError('an object is longer than the variant');
    const fields = new Map<string, JsonValue>();
    for (let index = 0; index < count; index += 1) {
      const name = this.names.at(this.value.readUIntLE(ids + index * idSize, idSize));
      if (fields.has(name)) throw new RangeError(`an object has ${JSON.stringify(name)} twice`);
      const offset = this.value.readUIntLE(offsets + index * offsetSize, offsetSize);
      fields.set(name, this.valueAt(values + offset, depth + 1));
    }
    return Object.fromEntries(fields);
  }

  private array(start: number, header: number, depth: number): JsonValue {
    const offsetSize = (header & 3) + 1;
    const countSize = (header & 4) === 0 ? 1 : 4;
    const count = this.value.readUIntLE(start, countSize);
    const offsets = start + countSize;
    const values = offsets + (count + 1) * offsetSize;
    if (values > this.value.length) throw new RangeError('an array is longer than the variant');
    const items: JsonValue[] = [];
    for (let index = 0; index < count; index += 1) {
      const offset = this.value.readUIntLE(offsets + index * offsetSize, offsetSize);
      items.push(this.valueAt(values + offset, depth + 1));
    }
    return items;
  }
}

/** The names of all fields of a variant's objects. */
class Dictionary {
  private readonly offsetSize: number;
  private readonly size: number;
  private readonly texts: number;

  constructor(private readonly metadata: Buffer) {
    const header = metadata.readUInt8(0);
    const version = header & 15;
    if (version !== VERSION) throw new UnsupportedTableFeature([`variant encoding ${version}`]);
    this.offsetSize = (header >>> 6) + 1;
    this.size = metadata.readUIntLE(1, this.offsetSize);
    this.texts = 1 + (this.size + 2) * this.offsetSize;
  }

  at(id: number): string {
    if (id >= this.size) throw new RangeError(`there is no name ${id}`);
    const from = this.offset(id);
    return utf8.decode(slice(this.metadata, this.texts + from, this.offset(id + 1) - from));
  }

  private offset(index: number): number {
    return this.metadata.readUIntLE(1 + (index + 1) * this.offsetSize, this.offsetSize);
  }
}

function slice(bytes: Buffer, from: number, length: number): Buffer {
  if (length < 0 || from + length > bytes.length) throw new RangeError('a text is longer than the variant');
  return bytes.subarray(from, from + length);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
