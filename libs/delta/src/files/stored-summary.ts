import type { Connection, Value } from '../duckdb/duckdb';
import type { FileSummary, PartitionSummary } from '../table/snapshot';
import type { TableLayout } from '../table/table-layout';
import { emptyBuckets, MOST_PARTITIONS, SMALL_FILE_BYTES } from './file-summary';
import { partitionTextSql } from './partition-text';

/** Adds up files in DuckDB: `files` has size, records, deleted, has_vector and partition_values of each. */
export async function storedSummary(connection: Connection, files: string, layout: TableLayout): Promise<FileSummary> {
  const sizeHistogram = emptyBuckets();
  const bucket = sizeHistogram
    .map(({ toBytes }, index) => (toBytes === undefined ? `ELSE ${index}` : `WHEN size < ${toBytes} THEN ${index}`))
    .join(' ');
  const sizes = await connection.run(
    `SELECT CASE ${bucket} END AS bucket, count(*), sum(size)::BIGINT FROM ${files} GROUP BY bucket`,
  );
  for (const [index, count, bytes] of await sizes.getRows()) {
    const found = sizeHistogram[Number(index)];
    if (found === undefined) continue;
    found.files = Number(count);
    found.bytes = whole(bytes);
  }
  const totals = await connection.run(
    `SELECT count(*) FILTER (records IS NULL), count(*) FILTER (has_vector), coalesce(sum(deleted), 0)::BIGINT,
       count(*) FILTER (size < ${SMALL_FILE_BYTES}), count(*) FILTER (is_absolute) FROM ${files}`,
  );
  const [[withoutStats, withDeletionVector, deletedRows, smallFiles, absolutePaths] = []] = await totals.getRows();
  return {
    sizeHistogram,
    ...(await partitionSummaries(connection, files, layout)),
    withoutStats: Number(withoutStats),
    withDeletionVector: Number(withDeletionVector),
    deletedRows: whole(deletedRows),
    smallFiles: Number(smallFiles),
    absolutePaths: Number(absolutePaths),
  };
}

async function partitionSummaries(
  connection: Connection,
  files: string,
  layout: TableLayout,
): Promise<Pick<FileSummary, 'partitions' | 'partitionCount'>> {
  const fields = layout.partitionFields;
  const names = fields.map((_, index) => `p${index}`);
  const values = fields.map((field, index) => `${partitionTextSql(layout, 'partition_values', field)} AS p${index}`);
  // By their texts first: parsing a few thousand of them costs less than parsing those of every file.
  await connection.run(
    `CREATE TEMP TABLE partitions AS
     SELECT ${[...names, 'sum(files)::BIGINT AS files', 'sum(bytes)::BIGINT AS bytes', 'sum(rows)::BIGINT AS rows', 'sum(uncounted)::BIGINT AS uncounted', 'sum(deleted)::BIGINT AS deleted'].join(', ')}
     FROM (
       SELECT ${[...values, 'files', 'bytes', 'rows', 'uncounted', 'deleted'].join(', ')} FROM (
         SELECT partition_values, count(*) AS files, sum(size) AS bytes, coalesce(sum(records - coalesce(deleted, 0)), 0) AS rows,
           count(*) FILTER (records IS NULL) AS uncounted, coalesce(sum(deleted), 0) AS deleted
         FROM ${files} GROUP BY partition_values
       )
     )${names.length === 0 ? ' HAVING sum(files) > 0' : ` GROUP BY ${names.join(', ')}`}`,
  );
  const count = await connection.run('SELECT count(*) FROM partitions');
  const ordered = ['bytes DESC', ...names.map((name) => `${name} NULLS LAST`)].join(', ');
  const largest = await connection.run(
    `SELECT files, bytes, rows, uncounted, deleted${names.map((name) => `, ${name}`).join('')} FROM partitions
     ORDER BY ${ordered} LIMIT ${MOST_PARTITIONS}`,
  );
  return {
    partitions: (await largest.getRows()).map(([own, bytes, rows, uncounted, deleted, ...texts]): PartitionSummary => ({
      values: Object.fromEntries(fields.map((field, index) => [field.name, text(texts[index])])),
      files: Number(own),
      bytes: whole(bytes),
      rows: Number(uncounted) > 0 ? undefined : whole(rows),
      deletedRows: whole(deleted),
    })),
    partitionCount: Number((await count.getRows())[0]?.[0] ?? 0),
  };
}

function text(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function whole(value: Value | undefined): bigint {
  return BigInt(String(value ?? 0));
}
