import { UnsupportedTableFeature } from '../errors';
import { dateText, timestampText } from '../preview/calendar';
import { numberToJson } from '../json/number-json';
import type { JsonValue } from '../schema/types';

type PrimitiveReader = (bytes: Buffer, offset: number) => JsonValue;

const LARGEST_SCALE = 38;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** By the numbers of the primitive types in Parquet's VariantEncoding.md, "Encoding types". */
const READERS: readonly PrimitiveReader[] = [
  () => null,
  () => true,
  () => false,
  (bytes, offset) => bytes.readInt8(offset),
  (bytes, offset) => bytes.readInt16LE(offset),
  (bytes, offset) => bytes.readInt32LE(offset),
  (bytes, offset) => exactNumber(String(bytes.readBigInt64LE(offset))),
  (bytes, offset) => numberToJson(bytes.readDoubleLE(offset), 'double'),
  (bytes, offset) => decimal(BigInt(bytes.readInt32LE(offset + 1)), bytes.readUInt8(offset)),
  (bytes, offset) => decimal(bytes.readBigInt64LE(offset + 1), bytes.readUInt8(offset)),
  (bytes, offset) => decimal(int128(bytes, offset + 1), bytes.readUInt8(offset)),
  (bytes, offset) => dateText(bytes.readInt32LE(offset)),
  (bytes, offset) => `${timestampText(bytes.readBigInt64LE(offset))}Z`,
  (bytes, offset) => timestampText(bytes.readBigInt64LE(offset)),
  (bytes, offset) => numberToJson(bytes.readFloatLE(offset), 'float'),
  (bytes, offset) => sized(bytes, offset).toString('base64'),
  (bytes, offset) => utf8.decode(sized(bytes, offset)),
  (bytes, offset) => timeText(bytes.readBigInt64LE(offset)),
  (bytes, offset) => `${nanosText(bytes.readBigInt64LE(offset))}Z`,
  (bytes, offset) => nanosText(bytes.readBigInt64LE(offset)),
  uuid,
];

/** How a primitive's bytes are read; types may be added to the encoding, so an unknown one is refused by its number. */
export function primitiveReader(type: number): PrimitiveReader {
  const reader = READERS[type];
  if (reader === undefined) throw new UnsupportedTableFeature([`variant type ${type}`]);
  return reader;
}

/** A JSON number where a double has the same digits, else the text, as everywhere where numbers have no declared type. */
function exactNumber(text: string): JsonValue {
  const value = Number(text);
  const isExact = Number.isInteger(value) ? Number.isSafeInteger(value) : true;
  return isExact && String(value) === text ? value : text;
}

function decimal(unscaled: bigint, scale: number): JsonValue {
  if (scale > LARGEST_SCALE) throw new RangeError(`a decimal has the scale ${scale}`);
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return exactNumber(`${sign}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`);
}

function int128(bytes: Buffer, offset: number): bigint {
  return (bytes.readBigInt64LE(offset + 8) << 64n) | bytes.readBigUInt64LE(offset);
}

function sized(bytes: Buffer, offset: number): Buffer {
  const length = bytes.readUInt32LE(offset);
  if (offset + 4 + length > bytes.length) throw new RangeError('a text or binary is longer than the variant');
  return bytes.subarray(offset + 4, offset + 4 + length);
}

function timeText(micros: bigint): string {
  return timestampText(micros).slice(-'00:00:00.000000'.length);
}

function nanosText(nanos: bigint): string {
  const rest = ((nanos % 1_000n) + 1_000n) % 1_000n;
  return timestampText((nanos - rest) / 1_000n) + String(rest).padStart(3, '0');
}

function uuid(bytes: Buffer, offset: number): string {
  if (offset + 16 > bytes.length) throw new RangeError('a UUID is longer than the variant');
  const hex = bytes.toString('hex', offset, offset + 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
