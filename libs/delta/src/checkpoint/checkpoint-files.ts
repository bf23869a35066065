import type { Connection, Value } from '../duckdb/duckdb';
import { isOutOfMemory } from '../duckdb/file-faults';
import { fileLiteral } from '../duckdb/sql';
import { dataPath } from '../log/data-path';
import { canonicalPath, mayDiffer, vectorKey } from './path-sql';
import { child, readParquetFields, type ParquetField } from './parquet-fields';
import { fetched, source, type CheckpointContext } from './read-checkpoint';

/** A parquet file of a checkpoint or one of its sidecars, and the rows it has. */
export interface CheckpointPart {
  path: string;
  sizeBytes: number;
  modifiedAt: number;
  rows: number;
}

/** The files of a checkpoint that are too many to be held one by one: where they can be read at any time. */
export interface CheckpointFiles {
  /** Names the bytes, and with them everything that is made from them. */
  readonly key: string;
  /** The name that tells which checkpoint is broken. */
  readonly name: string;
  readonly parts: readonly CheckpointPart[];
}

/** Columns of the table `loadFiles` makes. `id` is the row's place in the parts of the checkpoint, counted through. */
export const FILE_COLUMNS = `id BIGINT, path VARCHAR, reference VARCHAR, size BIGINT, modified BIGINT, partition_values VARCHAR,
  vector VARCHAR, deletion_vector VARCHAR, deleted BIGINT`;

export interface OpenPart {
  file: string;
  fields: ParquetField;
  firstId: number;
}

/** Runs `work` on every part with its local file, the fields it has and the id of its first row. */
export async function eachPart(
  context: CheckpointContext,
  connection: Connection,
  parts: readonly CheckpointPart[],
  work: (part: OpenPart) => Promise<void>,
  isWanted: (firstId: number, lastId: number) => boolean = () => true,
): Promise<void> {
  let firstId = 0;
  for (const part of parts) {
    const start = firstId;
    firstId += part.rows;
    if (!isWanted(start, firstId - 1)) continue;
    await context.files.leased(context.storage, context.signal, async (lease) => {
      const file = await fetched(() => lease.whole(part));
      const fields = await readParquetFields(connection, file);
      if (child(child(fields, 'add'), 'path') === undefined) return;
      await work({ file, fields, firstId: start });
    });
  }
}

/** Puts all files of a checkpoint into a table; statistics stay where they are. */
export async function loadFiles(
  context: CheckpointContext,
  connection: Connection,
  parts: readonly CheckpointPart[],
  table: string,
): Promise<void> {
  await connection.run(`CREATE TABLE ${table} (${FILE_COLUMNS})`);
  await eachPart(context, connection, parts, async ({ file, fields, firstId }) => {
    const add = child(fields, 'add');
    const has = (name: string): boolean => child(add, name) !== undefined;
    const vector = child(add, 'deletionVector');
    const hasVector = child(vector, 'storageType') !== undefined;
    const key = vectorKey('add.deletionVector', child(vector, 'offset') !== undefined);
    await connection.run(
      `INSERT INTO ${table} SELECT ${firstId} + file_row_number, ${canonicalPath('add.path')},
         CASE WHEN ${mayDiffer('add.path')} THEN add.path END, coalesce(add.size, 0),
         ${has('modificationTime') ? 'coalesce(add.modificationTime, 0)' : '0'},
         ${partitionText(fields)},
         ${hasVector ? `nullif(${key}, '')` : 'NULL'},
         ${hasVector ? 'CASE WHEN add.deletionVector.storageType IS NOT NULL THEN to_json(add.deletionVector)::VARCHAR END' : 'NULL'},
         ${hasVector ? 'CASE WHEN add.deletionVector.storageType IS NOT NULL THEN add.deletionVector.cardinality END' : 'NULL'}
       FROM ${source(file)} WHERE add.path IS NOT NULL`,
    );
    await namePaths(connection, table, context.storage.location);
  });
  await dropRepeated(connection, table);
}

/** Paths that SQL cannot tell: `dataPath` knows them, a few at a time. */
async function namePaths(connection: Connection, table: string, location: string): Promise<void> {
  const odd = await connection.stream(`SELECT id, reference FROM ${table} WHERE path IS NULL`);
  const paths: [bigint, string][] = [];
  for await (const rows of odd.yieldRows()) {
    for (const [id, reference] of rows) paths.push([BigInt(String(id)), dataPath(String(reference), location)]);
  }
  if (paths.length === 0) return;
  await connection.run('CREATE TEMP TABLE odd (id BIGINT, path VARCHAR)');
  const appender = await connection.createAppender('odd');
  for (const [id, path] of paths) {
    appender.appendBigInt(id);
    appender.appendVarchar(path);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`UPDATE ${table} SET path = odd.path FROM odd WHERE odd.id = ${table}.id`);
  await connection.run('DROP TABLE odd');
}

/** One path in several spellings is one file, and so is one that a careless writer named twice: the last one counts. */
async function dropRepeated(connection: Connection, table: string): Promise<void> {
  const check = await connection.run(`SELECT count(*) <> count(DISTINCT hash(path, vector)) FROM ${table}`);
  const [row = []] = await check.getRows();
  if (row[0] !== true) return;
  await connection.run(
    `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table}
       QUALIFY row_number() OVER (PARTITION BY path, vector ORDER BY id DESC) > 1)`,
  );
}

/** The record counts that statistics tell, by id; the rule of `statedRows` in SQL. */
export async function loadCounts(
  context: CheckpointContext,
  connection: Connection,
  parts: readonly CheckpointPart[],
  table: string,
): Promise<void> {
  await connection.run(`CREATE TABLE ${table} (id BIGINT, records BIGINT)`);
  await eachPart(context, connection, parts, async ({ file, fields, firstId }) => {
    const stats = statsText(fields);
    if (stats === undefined) return;
    const first = `TRY_CAST(regexp_extract(substr(${stats}, 15, 20), '^([0-9]+)[,}]', 1) AS BIGINT)`;
    const anywhere = `TRY_CAST(regexp_extract(TRY(json_extract_string(${stats}, '$.numRecords')), '^([0-9]+)(\\.0+)?$', 1) AS BIGINT)`;
    const records = `CASE WHEN starts_with(${stats}, '{"numRecords":') THEN coalesce(${first}, ${anywhere}) ELSE ${anywhere} END`;
    await inPieces(context, connection, file, (rows) =>
      connection.run(
        `INSERT INTO ${table} SELECT * FROM (
           SELECT ${firstId} + file_row_number, ${records} AS records FROM ${source(file)} WHERE add.path IS NOT NULL AND ${rows}
         ) WHERE records IS NOT NULL`,
      ),
    );
  });
}

/** Adds the statistics of a few files, by id. */
export async function readStatistics(
  context: CheckpointContext,
  connection: Connection,
  parts: readonly CheckpointPart[],
  ids: readonly number[],
  found: Map<number, string>,
): Promise<Map<number, string>> {
  if (ids.length === 0) return found;
  const isWanted = (first: number, last: number): boolean => ids.some((id) => id >= first && id <= last);
  const read = async (part: OpenPart): Promise<void> => {
    const stats = statsText(part.fields);
    if (stats === undefined) return;
    // Row groups without any of these rows are not touched.
    const rows = ids.map((id) => id - part.firstId).filter((row) => row >= 0);
    const results = await inPieces(context, connection, part.file, (piece) =>
      connection.run(
        `SELECT file_row_number, ${stats} FROM ${source(part.file)} WHERE file_row_number IN (${rows.join(', ')}) AND ${piece}`,
      ),
    );
    for (const result of results) {
      for (const [row, text] of await result.getRows()) addText(found, part.firstId + Number(row), text ?? null);
    }
  };
  await eachPart(context, connection, parts, read, isWanted);
  return found;
}

/**
 * Runs a query over all rows of a file, or, where the memory is not enough for as many row groups as there are threads, over
 * one row group after the other.
 */
export function inPieces<T>(
  context: CheckpointContext,
  connection: Connection,
  file: string,
  query: (rows: string) => Promise<T>,
): Promise<T[]> {
  return context.duckdb.alone(context.signal, () => allOrPieces(connection, file, query));
}

async function allOrPieces<T>(connection: Connection, file: string, query: (rows: string) => Promise<T>): Promise<T[]> {
  try {
    return [await query('true')];
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
  }
  const groups = await connection.run(
    `SELECT max(row_group_num_rows) FROM parquet_metadata(${fileLiteral(file)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const results: T[] = [];
  let first = 0;
  for (const [count] of await groups.getRows()) {
    const last = first + Number(count) - 1;
    results.push(await query(`file_row_number BETWEEN ${first} AND ${last}`));
    first = last + 1;
  }
  return results;
}

function addText(found: Map<number, string>, id: number, text: Value): void {
  if (typeof text === 'string' && text !== '') found.set(id, text);
}

/** Statistics as JSON text, whichever way the checkpoint holds them. */
export function statsText(fields: ParquetField): string | undefined {
  const add = child(fields, 'add');
  const text = child(add, 'stats') === undefined ? undefined : 'add.stats';
  const struct = child(add, 'stats_parsed') === undefined ? undefined : 'to_json(add.stats_parsed)::VARCHAR';
  return text !== undefined && struct !== undefined ? `coalesce(${text}, ${struct})` : (text ?? struct);
}

/** Partition values as JSON text. */
export function partitionText(fields: ParquetField): string {
  const isThere = child(child(fields, 'add'), 'partitionValues') !== undefined;
  return isThere ? `coalesce(to_json(add.partitionValues)::VARCHAR, '{}')` : `'{}'`;
}
