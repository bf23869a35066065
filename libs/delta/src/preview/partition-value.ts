import { numberToJson } from '../json/number-json';
import { parseDecimal } from '../schema/duckdb-type';
import type { DataType, JsonValue } from '../schema/types';

const TIMESTAMP =
  /^([+-]?\d{4,})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A partition value as typed JSON (PROTOCOL.md, "Partition Value Serialization"); missing, null and empty are null for
 * every type. Text that is not of the type is shown as it is, because hiding it would be worse.
 */
export function partitionValue(text: string | null | undefined, type: DataType): JsonValue {
  if (text === null || text === undefined || text === '' || typeof type !== 'string') return null;
  switch (type) {
    case 'integer':
    case 'short':
    case 'byte':
      return /^[+-]?\d+$/.test(text) ? Number(text) : text;
    case 'float':
    case 'double':
      return floatValue(text, type);
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text;
    case 'binary':
      return Buffer.from(text, 'utf8').toString('base64');
    case 'timestamp':
      return timestampValue(text, 'Z');
    case 'timestamp_ntz':
      return timestampValue(text, '');
    default:
      return decimalValue(text, type);
  }
}

function floatValue(text: string, type: string): JsonValue {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? '-Infinity' : 'Infinity';
  if (/^nan$/i.test(text)) return 'NaN';
  const value = Number(text);
  if (Number.isNaN(value)) return text;
  return numberToJson(type === 'float' ? Math.fround(value) : value, type);
}

/** Text without a zone is taken as UTC: the writer's zone, which the protocol means, is recorded nowhere. */
function timestampValue(text: string, zone: '' | 'Z'): JsonValue {
  const match = TIMESTAMP.exec(text);
  if (match === null) return text;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset] = match;
  const micros = fraction.padEnd(6, '0').slice(0, 6);
  if (offset !== undefined && offset !== 'Z' && zone === 'Z') {
    const sign = offset.startsWith('-') ? -1 : 1;
    const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2)));
    const utc = Date.UTC(
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute) - minutes,
      Number(second),
    );
    return `${new Date(utc).toISOString().slice(0, -5)}.${micros}Z`;
  }
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros}${zone}`;
}

/** Decimals get the digits after the point that their type has, like those read from files. */
function decimalValue(text: string, type: string): JsonValue {
  const decimal = parseDecimal(type);
  const match = decimal === undefined ? null : /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (decimal === undefined || match === null) return text;
  const [, sign, whole = '0', fraction = ''] = match;
  const digits = fraction.padEnd(decimal.scale, '0');
  return `${sign === '-' ? '-' : ''}${whole}${digits === '' ? '' : `.${digits}`}`;
}
