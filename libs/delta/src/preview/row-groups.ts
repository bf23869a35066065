import type { Span } from '../cache/byte-ranges';
import type { DuckDB } from '../duckdb/duckdb';
import { fileLiteral } from '../duckdb/sql';
import type { RowSpan } from '../deletion-vectors/deleted-rows';

/**
 * The bytes of a parquet file that hold these rows of these columns (or of all), read from its footer. Only top-level names are
 * told apart: a nested column is fetched whole.
 */
export async function neededSpans(
  duckdb: DuckDB,
  localFile: string,
  rows: RowSpan,
  columns: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Span[]> {
  const chunks = await duckdb.rows(
    `SELECT row_group_id, row_group_num_rows, path_in_schema,
       least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)), total_compressed_size
     FROM parquet_metadata(${fileLiteral(localFile)}) ORDER BY row_group_id, column_id`,
    signal,
  );
  const wanted = columns?.map((column) => column.toLowerCase());
  const spans: Span[] = [];
  let group = -1;
  let firstRow = 0;
  let nextRow = 0;
  for (const [groupId, groupRows, path, start, length] of chunks) {
    if (Number(groupId) !== group) {
      group = Number(groupId);
      firstRow = nextRow;
      nextRow += Number(groupRows);
    }
    if (firstRow > rows.last || nextRow <= rows.first) continue;
    const name = String(path).toLowerCase();
    if (wanted !== undefined && !wanted.some((column) => name === column || name.startsWith(`${column}, `))) continue;
    spans.push({ start: Number(start), end: Number(start) + Number(length) });
  }
  return spans;
}
