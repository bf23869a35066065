import type * as Arrow from 'apache-arrow';
import type { SqlColumn, SqlRow } from '../engine/sql-request';
import { arrowColumn, type ArrowColumn } from './arrow-column';
import type { RowEncoder } from './row-encoder';

/**
 * Arrow's IPC streaming format: every chunk is a stream with its own schema. What Arrow has no plain type for (arrays,
 * maps, structs, intervals) is text, as in JSON_ARRAY. The package is loaded when somebody first asks for Arrow.
 */
export async function arrowRows(columns: readonly SqlColumn[]): Promise<RowEncoder> {
  const arrow = await import('apache-arrow');
  const children = columns.map((column) => arrowColumn(arrow, column));
  let rows = 0;
  return {
    opening: () => '',
    encode: (row) => ({ row, text: '', bytes: bytesOf(row) }),
    between: '',
    keep: (row) => {
      rows += 1;
      for (const [at, column] of children.entries()) column.append(row[at] ?? null);
    },
    closing: () => {
      const stream = streamOf(arrow, columns, children, rows);
      for (const column of children) column.clear();
      rows = 0;
      return stream;
    },
  };
}

function streamOf(
  arrow: typeof Arrow,
  columns: readonly SqlColumn[],
  built: readonly ArrowColumn[],
  length: number,
): Uint8Array {
  const children = built.map((column) => column.data(arrow));
  const typed = children.map(({ type }, at) => new arrow.Field(String(at), type, true));
  const data = arrow.makeData({ type: new arrow.Struct(typed), length, nullCount: 0, children });
  const batch = new arrow.RecordBatch(new arrow.Schema(typed), data);
  const named = columns.map(
    // Clients of the platform look the SQL type up here, because Arrow's own says less.
    ({ name, typeText }, at) => typed[at]?.clone({ name, metadata: new Map([['Spark:DataType:SqlName', typeText]]) }),
  );
  // Afterwards, because a batch that is made with two fields of one name takes the second for both.
  Object.assign(batch, { schema: new arrow.Schema(named.filter((field) => field !== undefined)) });
  return arrow.RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}

function bytesOf(row: SqlRow): number {
  return row.reduce((sum, cell) => sum + (cell === null ? 1 : Buffer.byteLength(cell)), 0);
}
