import type { DuckDBValue } from '@duckdb/node-api';
import type { DataType } from '@lakescope/delta';
import { SqlFailure } from '../sql-failure';

const MICROS_PER_SECOND = 1_000_000n;
const SECONDS_PER_DAY = 86_400n;
const MIN_LONG = -9_223_372_036_854_775_808n;
const MAX_LONG = 9_223_372_036_854_775_807n;
/** Whole numbers up to here lose nothing as a number: in microseconds, the years 1684 to 2255. */
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A value as the JSON_ARRAY format writes it: numbers, times and truth as text, nested values as JSON text. */
export function toCell(value: DuckDBValue, type: DataType): string | null {
  if (value === null) return null;
  return typeof type === 'string' ? scalarText(value, type) : json(value, type);
}

function scalarText(value: DuckDBValue, type: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') {
    if (type === 'long' && (value < MIN_LONG || value > MAX_LONG)) throw overflow();
    return value.toString();
  }
  if (typeof value === 'number') return type === 'float' || type === 'double' ? floatText(value, type) : String(value);
  if (value === null) return 'null';
  if ('scale' in value) return decimalText(value.value, value.scale);
  if ('bytes' in value) return Buffer.from(value.bytes).toString('base64');
  if (type === 'date' && 'days' in value) return dateText(BigInt(value.days));
  if ((type === 'timestamp' || type === 'timestamp_ntz') && 'micros' in value) {
    return timestampText(value.micros) + (type === 'timestamp' ? 'Z' : '');
  }
  if (type === 'timestamp_ntz' && ('millis' in value || 'milliseconds' in value)) return value.toString();
  return value.toString();
}

/** With as many digits behind the point as the type has. */
function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** As Java writes doubles: 1.0, 1.0E10, NaN, Infinity. */
export function floatText(value: number, type: 'float' | 'double'): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const exact = type === 'float' ? shortestFloat(value) : value;
  const magnitude = Math.abs(exact);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(exact);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa = '', exponent = '0'] = exact.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** The shortest decimal that is the same 32-bit float. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

/** Days since 1970 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function dateText(days: bigint): string {
  const shifted = days + 719_468n;
  const era = (shifted >= 0n ? shifted : shifted - 146_096n) / 146_097n;
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  const yearText = year < 0n ? `-${padded(-year, 4)}` : year > 9999n ? `+${year}` : padded(year, 4);
  return `${yearText}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** ISO 8601 with milliseconds, and with microseconds where there are any. */
function timestampText(micros: bigint): string {
  if (micros <= MAX_EXACT && micros >= -MAX_EXACT) {
    // Most times: with numbers it takes a fifth of the time.
    const whole = Number(micros);
    const millis = Math.floor(whole / 1000);
    const rest = whole - millis * 1000;
    const text = new Date(millis).toISOString().slice(0, -1);
    return rest === 0 ? text : text + String(rest).padStart(3, '0');
  }
  const seconds = floorDivide(micros, MICROS_PER_SECOND);
  const fraction = micros - seconds * MICROS_PER_SECOND;
  const days = floorDivide(seconds, SECONDS_PER_DAY);
  const time = seconds - days * SECONDS_PER_DAY;
  const clock = [time / 3600n, (time / 60n) % 60n, time % 60n].map((part) => padded(part, 2)).join(':');
  const digits = fraction % 1000n === 0n ? padded(fraction / 1000n, 3) : padded(fraction, 6);
  return `${dateText(days)}T${clock}.${digits}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

function padded(value: bigint, digits: number): string {
  return value.toString().padStart(digits, '0');
}

/** Numbers stay numbers with all their digits, so this is written, not stringified. */
function json(value: DuckDBValue, type: DataType): string {
  if (value === null) return 'null';
  if (typeof type === 'string') {
    const text = scalarText(value, type);
    const isBare =
      typeof value === 'boolean' || typeof value === 'bigint' || isFiniteNumber(value) || type.startsWith('decimal');
    return isBare ? text : JSON.stringify(text);
  }
  switch (type.type) {
    case 'array': {
      const items = typeof value === 'object' && 'items' in value ? value.items : [];
      return `[${items.map((item) => json(item, type.elementType)).join(',')}]`;
    }
    case 'struct': {
      const entries: Readonly<Record<string, DuckDBValue>> =
        typeof value === 'object' && 'entries' in value && !Array.isArray(value.entries)
          ? (value.entries as Readonly<Record<string, DuckDBValue>>)
          : {};
      const fields = type.fields.map(
        (field) => `${JSON.stringify(field.name)}:${json(entries[field.name] ?? null, field.type)}`,
      );
      return `{${fields.join(',')}}`;
    }
    case 'map': {
      const entries =
        typeof value === 'object' && 'entries' in value && Array.isArray(value.entries) ? value.entries : [];
      const pairs = entries.map(
        (entry) => `${JSON.stringify(toCell(entry.key, type.keyType))}:${json(entry.value, type.valueType)}`,
      );
      return `{${pairs.join(',')}}`;
    }
  }
}

function isFiniteNumber(value: DuckDBValue): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function overflow(): SqlFailure {
  return new SqlFailure(
    'ARITHMETIC_OVERFLOW',
    'long overflow. If necessary set "ansi_mode" to "false" to bypass this error.',
    '22003',
  );
}
