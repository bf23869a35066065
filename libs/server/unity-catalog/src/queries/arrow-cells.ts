import type * as Arrow from 'apache-arrow';
import type { Cells } from './cells';

/** The cell at an index of a chunk of a column, as the platform writes it in JSON_ARRAY. */
type ReadCell = (at: number) => string | null;

/** So many rows are text at a time. */
const ROWS_AT_ONCE = 1_000;

/**
 * Rows of an Arrow stream as the cells that JSON_ARRAY has for the same values, so that everything that follows is the same for both.
 * The library is loaded by the first warehouse that has no other way.
 */
export async function arrowCells(bytes: Uint8Array): Promise<Cells[]> {
  const arrow = await import('apache-arrow');
  return arrow.tableFromIPC(bytes).batches.flatMap((batch) => [...rowsOf(batch, arrow)].flat());
}

/** The same while it arrives, some rows at a time: of the stream one batch is held, of the rows only those that are answered. */
export async function* arrowCellsOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Cells[]> {
  const arrow = await import('apache-arrow');
  for await (const batch of await arrow.RecordBatchReader.from(stream)) yield* rowsOf(batch, arrow);
}

function* rowsOf(batch: Arrow.RecordBatch, arrow: typeof Arrow): Generator<Cells[]> {
  const readers = batch.data.children.map((column) => cellsOf(column, arrow));
  for (let from = 0; from < batch.numRows; from += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, batch.numRows - from);
    yield Array.from({ length: count }, (_, at) => readers.map((read) => read(from + at)));
  }
}

function cellsOf(data: Arrow.Data, arrow: typeof Arrow): ReadCell {
  const read = textOf(data, arrow);
  return (at) => (data.nullCount > 0 && !data.getValid(at) ? null : read(at));
}

/** Values are read from memory, because the library's own accessors round times to milliseconds. */
function textOf(data: Arrow.Data, arrow: typeof Arrow): ReadCell {
  const { type, values } = data;
  const vector = new arrow.Vector([data]);
  if (arrow.DataType.isDecimal(type)) return (at) => decimalText(words(values, at * 4), type.scale);
  if (arrow.DataType.isDate(type)) {
    const days = (at: number): bigint =>
      values instanceof Int32Array ? BigInt(values[at] ?? 0) : bigintAt(values, at) / MS_PER_DAY;
    return (at) => timeText(days(at) * MICROS_PER_DAY).slice(0, -'T00:00:00.000'.length);
  }
  if (arrow.DataType.isTimestamp(type)) {
    const zone = type.timezone ? 'Z' : '';
    const toMicros = MICROS_PER_UNIT[type.unit] ?? 1n;
    return (at) =>
      timeText(type.unit === NANOSECOND ? bigintAt(values, at) / 1_000n : bigintAt(values, at) * toMicros) + zone;
  }
  if (arrow.DataType.isBinary(type) || arrow.DataType.isLargeBinary(type)) {
    return (at) => Buffer.from((vector.get(at) as Uint8Array | null) ?? []).toString('base64');
  }
  if (arrow.DataType.isList(type)) {
    const [items] = data.children;
    if (items === undefined) return () => '[]';
    const item = jsonOf(items, arrow);
    return (at) => `[${between(data, at).map(item).join(',')}]`;
  }
  if (arrow.DataType.isMap(type)) {
    const [entries] = data.children;
    const [keys, mapped] = entries?.children ?? [];
    if (keys === undefined || mapped === undefined) return () => '{}';
    const [key, value] = [cellsOf(keys, arrow), jsonOf(mapped, arrow)];
    return (at) =>
      `{${between(data, at)
        .map((one) => `${JSON.stringify(key(one) ?? 'null')}:${value(one)}`)
        .join(',')}}`;
  }
  if (arrow.DataType.isStruct(type)) {
    const fields = data.children.map(
      (child, at) => [JSON.stringify(type.children[at]?.name ?? ''), jsonOf(child, arrow)] as const,
    );
    return (at) => `{${fields.map(([name, value]) => `${name}:${value(at)}`).join(',')}}`;
  }
  return (at) => {
    const value: unknown = vector.get(at);
    return value === null || value === undefined ? null : String(value);
  };
}

/** A value inside of another one. */
function jsonOf(data: Arrow.Data, arrow: typeof Arrow): (at: number) => string {
  const read = cellsOf(data, arrow);
  const { type } = data;
  const isNested = arrow.DataType.isList(type) || arrow.DataType.isMap(type) || arrow.DataType.isStruct(type);
  const isBare =
    isNested || arrow.DataType.isInt(type) || arrow.DataType.isBool(type) || arrow.DataType.isDecimal(type);
  const isFloat = arrow.DataType.isFloat(type);
  return (at) => {
    const text = read(at);
    if (text === null) return 'null';
    return isBare || (isFloat && Number.isFinite(Number(text))) ? text : JSON.stringify(text);
  };
}

/** Places of the items of a list. */
function between({ valueOffsets }: Arrow.Data, at: number): number[] {
  const start = Number(valueOffsets[at] ?? 0);
  return Array.from({ length: Number(valueOffsets[at + 1] ?? start) - start }, (_, index) => start + index);
}

function bigintAt(values: unknown, at: number): bigint {
  return values instanceof BigInt64Array ? (values[at] ?? 0n) : 0n;
}

function words(values: unknown, at: number): bigint {
  if (!(values instanceof Uint32Array)) return 0n;
  let number = 0n;
  for (let word = 3; word >= 0; word--) number = (number << 32n) | BigInt(values[at + word] ?? 0);
  return BigInt.asIntN(128, number);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const MICROS_PER_DAY = 86_400_000_000n;
const MS_PER_DAY = 86_400_000n;
/** By Arrow's units: seconds, milliseconds, microseconds. */
const MICROS_PER_UNIT: readonly (bigint | undefined)[] = [1_000_000n, 1_000n, 1n];
const NANOSECOND = 3;

/** ISO 8601 with milliseconds, and with microseconds where there are any. Date holds 271,821 years before 1970, more than the platform. */
function timeText(micros: bigint): string {
  const millis = micros / 1_000n - (micros % 1_000n < 0n ? 1n : 0n);
  const rest = micros - millis * 1_000n;
  const text = new Date(Number(millis))
    .toISOString()
    .slice(0, -1)
    .replace(/^\+0*(?=\d{4})/, '');
  const year = text.replace(/^-00(?=\d{4}-)/, '-');
  return rest === 0n ? year : year + String(rest).padStart(3, '0');
}
