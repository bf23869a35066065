import type { Connection, Value } from '../duckdb/duckdb';
import { dataPath } from '../log/data-path';
import type { RemovedFiles, TombstoneTotals } from '../log/tombstones';
import { canonicalPath, vectorKey } from './path-sql';
import { child, type ParquetField } from './parquet-fields';
import { source } from './read-checkpoint';

/** Adds up the removed files of one parquet file of a checkpoint that later commits say nothing about. */
export async function addRemoves(
  connection: Connection,
  file: string,
  fields: ParquetField,
  later: RemovedFiles,
  since: number,
  location: string,
  totals: TombstoneTotals,
): Promise<void> {
  const remove = child(fields, 'remove');
  if (child(remove, 'path') === undefined) return;
  const optional = (name: string, sql: string): string => (child(remove, name) === undefined ? 'NULL' : sql);
  const vector = child(remove, 'deletionVector');
  const key =
    child(vector, 'storageType') === undefined
      ? `''`
      : vectorKey('remove.deletionVector', child(vector, 'offset') !== undefined);
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW removed AS SELECT remove.path AS reference, ${canonicalPath('remove.path')} AS path,
       ${key} AS vector, coalesce(${optional('deletionTimestamp', 'remove.deletionTimestamp')}, 0)::BIGINT AS deleted_at,
       coalesce(${optional('size', 'remove.size')}, 0)::BIGINT AS size
     FROM ${source(file)} WHERE remove.path IS NOT NULL`,
  );
  await connection.run('CREATE OR REPLACE TEMP TABLE later (key VARCHAR)');
  const appender = await connection.createAppender('later');
  for (const known of later.byKey.keys()) {
    appender.appendVarchar(known);
    appender.endRow();
  }
  appender.closeSync();
  const kept = `FILTER (deleted_at > ${since})`;
  const expired = `FILTER (deleted_at <= ${since})`;
  const result = await connection.run(
    `SELECT count(*) ${kept}, coalesce(sum(size) ${kept}, 0)::BIGINT, min(deleted_at) ${kept},
       count(*) ${expired}, coalesce(sum(size) ${expired}, 0)::BIGINT
     FROM removed ANTI JOIN later ON later.key = removed.path || CASE WHEN vector = '' THEN '' ELSE chr(10) || vector END
     WHERE path IS NOT NULL`,
  );
  const [row = []] = await result.getRows();
  totals.addMany({
    kept: { count: Number(row[0] ?? 0), bytes: whole(row[1]) },
    expired: { count: Number(row[3] ?? 0), bytes: whole(row[4]) },
    oldest: row[2] === null || row[2] === undefined ? undefined : Number(row[2]),
  });
  const odd = await connection.stream('SELECT reference, vector, deleted_at, size FROM removed WHERE path IS NULL');
  for await (const rows of odd.yieldRows()) {
    for (const [reference, vectorId, deletedAt, size] of rows) {
      const path = dataPath(String(reference), location);
      if (later.byKey.has(vectorId === '' ? path : `${path}\n${String(vectorId)}`)) continue;
      totals.add({ deletedAt: Number(deletedAt), sizeBytes: Number(size) });
    }
  }
}

function whole(value: Value | undefined): bigint {
  return BigInt(String(value ?? 0));
}
