import type { Connection } from '../duckdb/duckdb';
import { fileLiteral } from '../duckdb/sql';

/** Which columns a parquet file has, as a tree of names. */
export interface ParquetField {
  name: string;
  /** Physical parquet type; undefined for groups. */
  type: string | undefined;
  logicalType: string | undefined;
  fieldId: number | undefined;
  children: ParquetField[];
}

export async function readParquetFields(connection: Connection, file: string): Promise<ParquetField> {
  const result = await connection.run(
    `SELECT name, type, coalesce(num_children, 0)::INTEGER, logical_type, field_id FROM parquet_schema(${fileLiteral(file)})`,
  );
  const rows = await result.getRows();
  let next = 0;
  const take = (): ParquetField => {
    const [name, type, childCount, logicalType, fieldId] = rows[next] ?? [];
    next += 1;
    const field: ParquetField = {
      name: String(name),
      type: typeof type === 'string' ? type : undefined,
      logicalType: typeof logicalType === 'string' ? logicalType : undefined,
      fieldId: fieldId === null || fieldId === undefined ? undefined : Number(fieldId),
      children: [],
    };
    for (let child = 0; child < Number(childCount ?? 0); child += 1) field.children.push(take());
    return field;
  };
  return take();
}

export function child(field: ParquetField | undefined, name: string): ParquetField | undefined {
  return field?.children.find((candidate) => candidate.name === name);
}
