/**
 * One-dimensional arrays in the binary form that Postgres itself sends and takes (`array_recv` in src/backend/utils/adt/arrayfuncs.c):
 * number of dimensions, whether there are nulls, type of the elements, length, lower bound; then each element behind its size. Making
 * these takes a tenth of the time of making texts, on both sides.
 */
const HEAD_BYTES = 20;
/** Types by their numbers, which are part of Postgres' protocol (src/include/catalog/pg_type.dat). */
const TYPE = { int2: 21, float4: 700, text: 25, timestamptz: 1184 } as const;
/** Postgres counts from the year 2000, in microseconds. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const HALF = 2 ** 32;

/** Whole milliseconds since 1970. */
export function timestampArray(times: Float64Array): Buffer {
  const { buffer, view } = fixedArray(TYPE.timestamptz, times.length, 8);
  for (let index = 0, offset = HEAD_BYTES; index < times.length; index++, offset += 12) {
    const microseconds = ((times[index] ?? 0) - EPOCH_MS) * 1000;
    const high = Math.floor(microseconds / HALF);
    view.setInt32(offset, 8);
    view.setInt32(offset + 4, high);
    view.setUint32(offset + 8, microseconds - high * HALF);
  }
  return buffer;
}

export function realArray(values: Float32Array): Buffer {
  const { buffer, view } = fixedArray(TYPE.float4, values.length, 4);
  for (let index = 0, offset = HEAD_BYTES; index < values.length; index++, offset += 8) {
    view.setInt32(offset, 4);
    view.setFloat32(offset + 4, values[index] ?? 0);
  }
  return buffer;
}

export function smallintArray(values: Uint16Array): Buffer {
  const { buffer, view } = fixedArray(TYPE.int2, values.length, 2);
  for (let index = 0, offset = HEAD_BYTES; index < values.length; index++, offset += 6) {
    view.setInt32(offset, 2);
    view.setInt16(offset + 4, values[index] ?? 0);
  }
  return buffer;
}

/** Texts in UTF-8; undefined is NULL. */
export function textArray(length: number, textAt: (index: number) => Uint8Array | undefined): Buffer {
  let size = HEAD_BYTES + 4 * length;
  for (let index = 0; index < length; index++) size += textAt(index)?.length ?? 0;
  const buffer = Buffer.allocUnsafe(size);
  const view = headed(buffer, TYPE.text, length);
  for (let index = 0, offset = HEAD_BYTES; index < length; index++) {
    const text = textAt(index);
    view.setInt32(offset, text?.length ?? -1);
    offset += 4;
    if (text === undefined) continue;
    buffer.set(text, offset);
    offset += text.length;
  }
  return buffer;
}

function fixedArray(type: number, length: number, bytes: number): { buffer: Buffer; view: DataView } {
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + (4 + bytes) * length);
  return { buffer, view: headed(buffer, type, length) };
}

function headed(buffer: Buffer, type: number, length: number): DataView {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  view.setInt32(0, length === 0 ? 0 : 1);
  view.setInt32(4, type === TYPE.text ? 1 : 0);
  view.setInt32(8, type);
  view.setInt32(12, length);
  view.setInt32(16, 1);
  return view;
}
