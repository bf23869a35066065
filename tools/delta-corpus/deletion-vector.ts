import { crc32 } from 'node:zlib';
import type { Vector } from './actions';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** PROTOCOL.md, "Deletion Vector Format": the portable layout, with array containers only. */
export function portable(rows: readonly number[]): Buffer {
  const buckets = [...groupBy(rows, 2 ** 32)];
  const parts = [u32(1681511377), u64(buckets.length)];
  for (const [high, low] of buckets) parts.push(u32(high), bitmap(low));
  return Buffer.concat(parts);
}

/** The layout before it: a bitmap for every 2^32 rows from the first on, lengths big-endian. */
export function listed(rows: readonly number[]): Buffer {
  const buckets = groupBy(rows, 2 ** 32);
  const count = Math.max(...buckets.keys()) + 1;
  const parts = [u32be(1681511376), u32be(count)];
  for (let high = 0; high < count; high += 1) {
    const one = bitmap(buckets.get(high) ?? []);
    parts.push(u32be(one.length), one);
  }
  return Buffer.concat(parts);
}

export function inline(data: Buffer, rows: number): Vector {
  const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  return { storageType: 'i', pathOrInlineDv: z85(padded), sizeInBytes: data.length, cardinality: rows };
}

/** A file of vectors, and at which offset each begins. */
export function vectorFile(vectors: readonly Buffer[]): { bytes: Buffer; offsets: number[] } {
  const parts = [Buffer.from([1])];
  const offsets: number[] = [];
  let length = 1;
  for (const data of vectors) {
    offsets.push(length);
    const stored = Buffer.concat([u32be(data.length), data, u32be(crc32(data))]);
    parts.push(stored);
    length += stored.length;
  }
  return { bytes: Buffer.concat(parts), offsets };
}

/** github.com/RoaringBitmap/RoaringFormatSpec without run containers. */
function bitmap(values: readonly number[]): Buffer {
  const containers = [...groupBy(values, 2 ** 16)];
  const parts = [u32(12346), u32(containers.length)];
  for (const [key, low] of containers) parts.push(u16(key), u16(low.length - 1));
  let offset = 8 + containers.length * 8;
  for (const [, low] of containers) {
    parts.push(u32(offset));
    offset += low.length * 2;
  }
  for (const [, low] of containers) parts.push(...low.map(u16));
  return Buffer.concat(parts);
}

function groupBy(values: readonly number[], size: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const value of [...values].sort((left, right) => left - right)) {
    const key = Math.floor(value / size);
    groups.set(key, [...(groups.get(key) ?? []), value % size]);
  }
  return groups;
}

/** rfc.zeromq.org/spec/32 */
export function z85(bytes: Buffer): string {
  let encoded = '';
  for (let offset = 0; offset < bytes.length; offset += 4) {
    let value = bytes.readUInt32BE(offset);
    let group = '';
    for (let digit = 0; digit < 5; digit += 1) {
      group = (ALPHABET[value % 85] ?? '') + group;
      value = Math.floor(value / 85);
    }
    encoded += group;
  }
  return encoded;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
