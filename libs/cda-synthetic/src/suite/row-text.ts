import type { Column, ColumnType, Value } from '../parquet/column';

/** A column in DuckDB's SQL, as text that loses nothing; the same text as `valueText` says of what was written. */
export function columnText({ name, type }: Column): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const isTime = type === 'timestamp' || type === 'timestamp-int96';
  const exact = isTime ? `epoch_us(${quoted})` : type === 'date' ? `(${quoted} - DATE '1970-01-01')` : quoted;
  return `${exact}::VARCHAR AS ${quoted}`;
}

/** A value of a column of this type; null for null. */
export function valueText(value: Value, type: ColumnType): string | null {
  if (value === null) return null;
  if (typeof type === 'object') {
    const unscaled = BigInt(value);
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(type.scale + 1, '0');
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -type.scale)}.${digits.slice(-type.scale)}`;
  }
  if (type !== 'float' && type !== 'double') return String(value);
  return Number.isInteger(value) ? `${String(value)}.0` : String(value);
}
