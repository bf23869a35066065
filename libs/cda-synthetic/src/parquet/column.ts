/** The types of the columns that CDA writes, as Spark lays them down in parquet. */
export type ColumnType =
  | 'long'
  | 'integer'
  | 'string'
  | 'boolean'
  | 'float'
  | 'double'
  /** Days since 1970. */
  | 'date'
  /** Microseconds since 1970, UTC: INT64 with TIMESTAMP_MICROS. */
  | 'timestamp'
  /** The same as INT96, as older Spark writes it. */
  | 'timestamp-int96'
  | { readonly precision: number; readonly scale: number };

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

/** Longs, decimals (unscaled) and timestamps (microseconds) are bigints; integers, floats and dates (days) are numbers. */
export type Value = bigint | number | string | boolean | null;

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** Delta's word for the type: `decimal(18,2)`. */
export function deltaType(type: ColumnType): string {
  if (typeof type === 'object') return `decimal(${type.precision},${type.scale})`;
  return type === 'timestamp-int96' ? 'timestamp' : type;
}
