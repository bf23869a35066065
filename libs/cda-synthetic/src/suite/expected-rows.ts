import type { Column, ColumnType } from '../parquet/column';
import { valueText } from './row-text';
import type { SyntheticFolder } from './synthetic-folder';

/** All rows of these folders as JSON texts of `valueText`s, in these columns; null where a folder does not have one. */
export function expectedRows(folders: readonly SyntheticFolder[], columns: readonly Column[]): string[] {
  return folders.flatMap(({ files, columns: own }) => {
    const places = columns.map(({ name, type }) => ({ type, at: own.findIndex((column) => column.name === name) }));
    return files.flatMap(({ rows }) =>
      rows.map((row) => JSON.stringify(places.map(({ type, at }) => valueText(row[at] ?? null, type)))),
    );
  });
}

/** The columns of all folders in the order they come, each as wide as its widest. */
export function mergedColumns(folders: readonly SyntheticFolder[]): Column[] {
  const merged = new Map<string, ColumnType>();
  for (const { columns, files } of folders) {
    // A folder without any file has no columns either.
    if (files.length === 0) continue;
    for (const { name, type } of columns) {
      const before = merged.get(name);
      merged.set(name, before === undefined ? type : widest(before, type));
    }
  }
  return [...merged].map(([name, type]) => ({ name, type }));
}

function widest(one: ColumnType, other: ColumnType): ColumnType {
  if (typeof one === 'object' && typeof other === 'object') return one.precision >= other.precision ? one : other;
  return one === 'long' || one === 'double' ? one : other;
}
