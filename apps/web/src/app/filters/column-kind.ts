/** What a value of a column is, as far as filters are concerned. */
export type ColumnKind = 'integer' | 'decimal' | 'float' | 'boolean' | 'string' | 'date' | 'timestamp' | 'opaque';

const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(tinyint|byte|smallint|short|int|integer|bigint|long)$/, 'integer'],
  [/^(decimal|dec|numeric)\b/, 'decimal'],
  [/^(float|real|double)$/, 'float'],
  [/^boolean$/, 'boolean'],
  [/^(string|varchar|char)\b/, 'string'],
  [/^date$/, 'date'],
  [/^timestamp(_ntz|_ltz)?$/, 'timestamp'],
];

/** Of a type in Spark's text. Whatever cannot be compared with a value that somebody types is opaque. */
export function columnKind(type: string): ColumnKind {
  const text = type.trim().toLowerCase();
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'opaque';
}

/** Number of bytes of an integer type. */
export function integerBytes(type: string): number {
  switch (type.trim().toLowerCase()) {
    case 'tinyint':
    case 'byte':
      return 1;
    case 'smallint':
    case 'short':
      return 2;
    case 'int':
    case 'integer':
      return 4;
    default:
      return 8;
  }
}
