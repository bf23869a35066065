import { readParquetFields, child, type ParquetField } from '../../checkpoint/parquet-fields';
import type { Connection } from '../../duckdb/duckdb';
import { fileLiteral, literal } from '../../duckdb/sql';
import { UnsupportedTableFeature } from '../../errors';
import { asRecord, parseJson } from '../../json/lossless-json';
import { fileKey } from '../../log/actions';
import { dataPath } from '../../log/data-path';
import { parseDeletionVector } from '../../log/parse-actions';
import { ACTION_NAMES, ACTIONS, actionSql, REQUIRED, rowSql, typeOf, type ActionName } from './action-columns';
import type { LastActions } from './last-actions';

export interface CheckpointSource {
  /** Parquet files of the checkpoint that comes before, with its sidecars; none when the log is there from its start. */
  base: readonly string[];
  /** What came after it. */
  since: LastActions;
  /** The lines of `since` as a file. */
  sinceFile: string;
  /** Bytes of its longest line. */
  longestLine: number;
  location: string;
  /** Removed files whose time is not after this one are left out: epoch milliseconds. */
  keepRemovedAfter: number;
  leavesOutStats: boolean;
}

export interface CheckpointCounts {
  /** Rows: actions of all kinds. */
  actions: number;
  addFiles: number;
  addBytes: bigint;
  removes: number;
  protocols: number;
  metadatas: number;
  /** Applications with a batch. */
  transactions: number;
}

/** The deletion vector of a row as in the keys of `fileKey`. */
const vectorSql = (action: string): string =>
  `CASE WHEN ${action}.deletionVector.storageType IS NOT NULL THEN concat(chr(10), ${action}.deletionVector.storageType, ${action}.deletionVector.pathOrInlineDv, CASE WHEN ${action}.deletionVector."offset" IS NOT NULL THEN concat('@', ${action}.deletionVector."offset") ELSE '' END) ELSE '' END`;

/**
 * Writes one classic checkpoint of version 1 and answers what is in it. DuckDB does it from file to file, so that a table of a million files
 * does not pass through this process's memory; only what later commits touch is looked up here.
 */
export async function writeCheckpointFile(
  connection: Connection,
  source: CheckpointSource,
  target: string,
): Promise<CheckpointCounts> {
  await loadTouched(connection, source);
  const rows = [...sinceRows(source)];
  for (const file of source.base) {
    const fields = await readParquetFields(connection, file);
    await refuseStructStatistics(connection, file, fields);
    await loadSpellings(connection, file, fields, source);
    rows.push(...baseRows(file, fields, source));
  }
  await connection.run(
    `COPY (${rows.join(' UNION ALL ')}) TO ${literal(target)} (FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v1)`,
  );
  return countCheckpoint(connection, target);
}

/** Reads a checkpoint back: what it says must be what was meant before anybody is told of it. */
async function countCheckpoint(connection: Connection, file: string): Promise<CheckpointCounts> {
  const result = await connection.run(
    `SELECT count(*), count("add".path), coalesce(sum("add".size), 0)::BIGINT, count(remove.path), count(protocol.minReaderVersion), count(metaData.schemaString), count(DISTINCT txn.appId) FROM ${parquet(file)}`,
  );
  const [actions, addFiles, addBytes, removes, protocols, metadatas, transactions] = (await result.getRows())[0] ?? [];
  return {
    actions: Number(actions),
    addFiles: Number(addFiles),
    addBytes: BigInt(String(addBytes)),
    removes: Number(removes),
    protocols: Number(protocols),
    metadatas: Number(metadatas),
    transactions: Number(transactions),
  };
}

function* sinceRows(source: CheckpointSource): Generator<string> {
  const columns = ACTION_NAMES.map((name) => `${literal(name)}: ${literal(typeOf(ACTIONS[name]))}`).join(', ');
  const size = Math.max(source.longestLine + 1, 1024);
  const from = `read_json(${fileLiteral(source.sinceFile)}, format = 'newline_delimited', maximum_object_size = ${size}, columns = {${columns}})`;
  for (const action of ACTION_NAMES) {
    const kept = action === 'remove' ? ` AND coalesce(remove.deletionTimestamp, 0) > ${source.keepRemovedAfter}` : '';
    const sql = actionSql(action, 'all', source.leavesOutStats);
    yield `SELECT ${rowSql(action, sql)} FROM ${from} WHERE ${there(action)}${kept}`;
  }
}

function* baseRows(file: string, fields: ParquetField, source: CheckpointSource): Generator<string> {
  const { since } = source;
  for (const action of ACTION_NAMES) {
    const own = child(fields, action);
    if (child(own, REQUIRED[action]) === undefined) continue;
    if ((action === 'protocol' ? since.protocol : action === 'metaData' ? since.metadata : undefined) !== undefined)
      continue;
    const sql = actionSql(action, own ?? 'all', source.leavesOutStats);
    const { joins, condition } = lastWord(action, own, source);
    yield `SELECT ${rowSql(action, sql)} FROM ${parquet(file)} AS base${joins} WHERE ${there(action)}${condition}`;
  }
}

/**
 * Keeps what nothing that came later speaks of. Joins, not subqueries: DuckDB hashes the few keys that were touched once, and compares every
 * row with every key otherwise.
 */
function lastWord(
  action: ActionName,
  fields: ParquetField | undefined,
  { keepRemovedAfter }: CheckpointSource,
): { joins: string; condition: string } {
  const untouched = (kind: ActionName, key: string): string =>
    ` ANTI JOIN touched ON touched.kind = ${literal(kind)} AND touched.key = ${key}`;
  switch (action) {
    case 'add':
    case 'remove': {
      const vector = child(fields, 'deletionVector') === undefined ? "''" : vectorSql(`"${action}"`);
      const spelled = `concat("${action}".path, ${vector})`;
      const spelling = ` LEFT JOIN (SELECT DISTINCT spelled, key FROM spelling) AS spelling ON spelling.spelled = ${spelled}`;
      return {
        joins: spelling + untouched('add', `coalesce(spelling.key, ${spelled})`),
        condition: action === 'remove' ? ` AND coalesce(remove.deletionTimestamp, 0) > ${keepRemovedAfter}` : '',
      };
    }
    case 'txn':
      return { joins: untouched('txn', 'txn.appId'), condition: '' };
    case 'domainMetadata':
      return {
        joins: untouched('domainMetadata', 'domainMetadata.domain'),
        condition: ' AND coalesce(domainMetadata.removed, false) = false',
      };
    case 'protocol':
    case 'metaData':
      return { joins: '', condition: '' };
  }
}

async function loadTouched(connection: Connection, { since }: CheckpointSource): Promise<void> {
  await connection.run('CREATE TEMP TABLE touched (kind VARCHAR, key VARCHAR)');
  await connection.run('CREATE TEMP TABLE spelling (spelled VARCHAR, key VARCHAR)');
  const appender = await connection.createAppender('touched', 'main', 'temp');
  const put = (kind: ActionName, keys: Iterable<string>): void => {
    for (const key of keys) {
      appender.appendVarchar(kind);
      appender.appendVarchar(key);
      appender.endRow();
    }
  };
  put('add', since.files.keys());
  put('txn', since.transactions.keys());
  put('domainMetadata', since.domains.keys());
  appender.closeSync();
}

/** Paths that may be written in more than one way are brought to their one form here, where the rules of the log are. */
async function loadSpellings(
  connection: Connection,
  file: string,
  fields: ParquetField,
  { since, location }: CheckpointSource,
): Promise<void> {
  if (since.files.size === 0) return;
  const appender = await connection.createAppender('spelling', 'main', 'temp');
  for (const action of ['add', 'remove'] as const) {
    const own = child(fields, action);
    if (child(own, 'path') === undefined) continue;
    const hasVectors = child(own, 'deletionVector') !== undefined;
    const vector = hasVectors ? `to_json("${action}".deletionVector)::VARCHAR` : 'NULL';
    const spelled = `concat("${action}".path, ${hasVectors ? vectorSql(`"${action}"`) : "''"})`;
    const isAbsoluteVector = hasVectors ? ` OR "${action}".deletionVector.storageType = 'p'` : '';
    const result = await connection.stream(
      `SELECT "${action}".path, ${vector}, ${spelled} FROM ${parquet(file)} WHERE regexp_matches("${action}".path, '[%:]|^\\./|^/')${isAbsoluteVector}`,
    );
    for await (const rows of result.yieldRows()) {
      for (const [path, json, text] of rows) {
        const deletionVector = typeof json === 'string' ? parseDeletionVector(asRecord(parseJson(json))) : undefined;
        const key = fileKey({ path: dataPath(String(path), location), deletionVector });
        if (key === text || !since.files.has(key)) continue;
        appender.appendVarchar(String(text));
        appender.appendVarchar(key);
        appender.endRow();
      }
    }
  }
  appender.closeSync();
}

/** Statistics that are there as a struct alone would be lost: they are not turned into text here. */
async function refuseStructStatistics(connection: Connection, file: string, fields: ParquetField): Promise<void> {
  const add = child(fields, 'add');
  if (child(add, 'stats_parsed') === undefined) return;
  const hasText = child(add, 'stats') !== undefined;
  const result = await connection.run(
    `SELECT count(*) FROM ${parquet(file)} WHERE "add".path IS NOT NULL AND to_json("add".stats_parsed)->>'numRecords' IS NOT NULL${hasText ? ' AND "add".stats IS NULL' : ''}`,
  );
  if (Number((await result.getRows())[0]?.[0]) === 0) return;
  throw new UnsupportedTableFeature(
    ['stats_parsed'],
    'The last checkpoint has statistics as a struct alone, which this writer does not carry over',
  );
}

/** Where a checkpoint has its file actions, if not in itself. */
export async function sidecarsOf(connection: Connection, file: string): Promise<string[]> {
  const fields = await readParquetFields(connection, file);
  if (child(child(fields, 'sidecar'), 'path') === undefined) return [];
  const result = await connection.run(`SELECT sidecar.path FROM ${parquet(file)} WHERE sidecar.path IS NOT NULL`);
  return (await result.getRows()).map(([path]) => String(path));
}

function there(action: ActionName): string {
  return `"${action}"."${REQUIRED[action]}" IS NOT NULL`;
}

function parquet(file: string): string {
  return `read_parquet(${fileLiteral(file)}, hive_partitioning = false)`;
}
