import type { JsonValue, StructField, StructType } from '@lakescope/delta';
import { JSON_TYPE, type ResultColumnType } from '@lakescope/server-unity-catalog';

type Cell = string | null;

/** Columns as the encoders of exports take them: in the words of SQL, and nested ones as JSON. */
export function exportedColumns({ fields }: StructType, columns: readonly { name: string }[]): ResultColumnType[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return columns.map(({ name }) => ({ name, type: typeOf(byName.get(name)) }));
}

/** The text of each value: JSON where the column is nested, else what the platform would write. */
export function exportedCells(columns: readonly ResultColumnType[], row: readonly JsonValue[]): Cell[] {
  return columns.map(({ type }, at) => {
    const value = row[at] ?? null;
    if (value === null) return null;
    if (type === JSON_TYPE) return JSON.stringify(value);
    // String() would lose the sign of zero.
    return Object.is(value, -0) ? '-0' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

function typeOf(field: StructField | undefined): string {
  if (field === undefined) return 'string';
  return typeof field.type !== 'string' || field.type === 'variant' ? JSON_TYPE : field.type;
}
