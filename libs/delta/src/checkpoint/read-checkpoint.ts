import type { DataFiles } from '../cache/data-files';
import type { Connection, DuckDB, Value } from '../duckdb/duckdb';
import { isDuckDBError, isUnreadableFile } from '../duckdb/file-faults';
import { fileLiteral } from '../duckdb/sql';
import { DeltaError, StorageNotFound, TableCorrupt, UnsupportedTableFeature, messageOf } from '../errors';
import { asRecord, parseJson, type JsonRecord } from '../json/lossless-json';
import type { Actions, SidecarAction } from '../log/actions';
import { dataPath, isAbsolute } from '../log/data-path';
import { LOG_DIRECTORY, type CheckpointEntry } from '../log/log-listing';
import type { LogState } from '../log/log-state';
import {
  filePath,
  parseActions,
  parseDeletionVector,
  parseDomain,
  parseMetadata,
  parseProtocol,
  parseTransaction,
} from '../log/parse-actions';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { CheckpointPart } from './checkpoint-files';
import { child, readParquetFields, type ParquetField } from './parquet-fields';

export interface CheckpointContext {
  duckdb: DuckDB;
  files: DataFiles;
  storage: Storage;
  signal: AbortSignal | undefined;
}

/** Takes what it wants from each file of a checkpoint. */
export interface CheckpointVisitor {
  json(actions: Actions): void;
  /** Sidecars hold files and nothing else: who wants none of them does not fetch them. */
  readonly skipsSidecars?: boolean;
  parquet(
    connection: Connection,
    file: string,
    fields: ParquetField,
    part: { path: string; sizeBytes: number; modifiedAt: number },
  ): Promise<void>;
}

/**
 * Fills a state from a checkpoint. The kind is decided by content: a file named like a classic checkpoint may hold
 * sidecars, and file actions are either all inline or all in sidecars. From `largeRows` rows on the files stay where they are.
 */
export async function readCheckpoint(
  context: CheckpointContext,
  checkpoint: CheckpointEntry,
  state: LogState,
  largeRows: number,
): Promise<void> {
  const { location } = context.storage;
  const parts: CheckpointPart[] = [];
  const inline: Actions[] = [];
  let rows = 0;
  await visitCheckpoint(context, checkpoint, {
    json: (actions) => {
      inline.push(actions);
      state.apply(state.version, actions);
    },
    parquet: async (connection, file, fields, part) => {
      await readHeader(connection, file, fields, state);
      const own = await rowCount(connection, file);
      parts.push({ ...part, rows: own });
      rows += own;
      if (rows < largeRows) await readAdds(connection, file, fields, state, location);
    },
  });
  if (rows < largeRows || parts.length === 0) return;
  // What was read before it was known how much there is, and what is left there, is the same.
  state.files.clear();
  const key = parts.map(({ path, sizeBytes, modifiedAt }) => `${path}\n${sizeBytes}\n${modifiedAt}`);
  state.checkpointFiles = {
    key: [location, ...key].join('\n'),
    name: checkpoint.parts[0]?.name ?? '',
    parts,
  };
  for (const actions of inline) state.apply(state.version, actions);
}

/** Fills a state with all that a checkpoint says but its files. */
export async function readCheckpointHeader(
  context: CheckpointContext,
  checkpoint: CheckpointEntry,
  state: LogState,
): Promise<void> {
  await visitCheckpoint(context, checkpoint, {
    skipsSidecars: true,
    json: (actions) => state.applyHeader(state.version, actions),
    parquet: (connection, file, fields) => readHeader(connection, file, fields, state),
  });
}

async function rowCount(connection: Connection, file: string): Promise<number> {
  const result = await connection.run(`SELECT num_rows FROM parquet_file_metadata(${fileLiteral(file)})`);
  return Number((await result.getRows())[0]?.[0] ?? 0);
}

/** Visits all files of a checkpoint, sidecars last. TableCorrupt names the checkpoint where one of them cannot be read. */
export async function visitCheckpoint(
  context: CheckpointContext,
  checkpoint: CheckpointEntry,
  visitor: CheckpointVisitor,
): Promise<void> {
  await readingCheckpoint(context, checkpoint.parts[0]?.name ?? '', async () => {
    const sidecars: SidecarAction[] = [];
    for (const part of checkpoint.parts) {
      const path = joinPath(LOG_DIRECTORY, part.name);
      if (part.name.endsWith('.json')) sidecars.push(...(await visitJson(context, path, visitor)));
      else sidecars.push(...(await visitParquet(context, { ...part, path }, visitor)));
    }
    for (const sidecar of visitor.skipsSidecars === true ? [] : sidecars) {
      await visitParquet(context, { ...sidecar, path: sidecarPath(sidecar.path, context.storage) }, visitor);
    }
  });
}

/** What cannot be read in a checkpoint is TableCorrupt with its name; other failures are passed on as they are. */
export async function readingCheckpoint<T>(
  context: Pick<CheckpointContext, 'signal'>,
  name: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    context.signal?.throwIfAborted();
    if (cause instanceof NotFetched) throw cause.cause;
    if (cause instanceof UnsupportedTableFeature) throw cause;
    if (isDuckDBError(cause) && !isUnreadableFile(cause)) throw cause;
    const reason = isDuckDBError(cause) ? 'it is no parquet file of a checkpoint' : messageOf(cause);
    throw new TableCorrupt({ message: `Checkpoint ${name} cannot be read: ${reason}`, missing: name, cause });
  }
}

/** The storage failed, which says nothing about the checkpoint. */
class NotFetched extends Error {}

/** A file that is not there is a fault of the table; any other failure to get it is passed on as it is. */
export async function fetched<T>(fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (cause) {
    throw cause instanceof DeltaError ? cause : new NotFetched('not fetched', { cause });
  }
}

async function visitJson(
  context: CheckpointContext,
  path: string,
  visitor: CheckpointVisitor,
): Promise<SidecarAction[]> {
  const bytes = await fetched(() => context.storage.read(path, { signal: context.signal }));
  const actions = parseActions(Buffer.from(bytes).toString('utf8'), path, context.storage.location);
  visitor.json(actions);
  return actions.sidecars;
}

async function visitParquet(
  context: CheckpointContext,
  part: { path: string; sizeBytes: number; modifiedAt: number },
  visitor: CheckpointVisitor,
): Promise<SidecarAction[]> {
  return context.files.leased(context.storage, context.signal, async (lease) => {
    const file = await fetched(() => lease.whole(part));
    return context.duckdb.connected(context.signal, async (connection) => {
      const fields = await readParquetFields(connection, file);
      await visitor.parquet(connection, file, fields, part);
      return readSidecars(connection, file, fields);
    });
  });
}

async function readHeader(connection: Connection, file: string, fields: ParquetField, state: LogState): Promise<void> {
  const protocol = await lastJson(connection, file, fields, 'protocol', 'minReaderVersion');
  if (protocol !== undefined) state.protocol = parseProtocol(protocol);
  const metadata = await lastJson(connection, file, fields, 'metaData', 'schemaString');
  if (metadata !== undefined) state.metadata = parseMetadata(metadata);
  for (const transaction of await allJson(connection, file, fields, 'txn', 'appId')) {
    const parsed = parseTransaction(transaction);
    state.transactions.set(parsed.appId, parsed);
  }
  for (const domain of await allJson(connection, file, fields, 'domainMetadata', 'domain')) {
    state.applyDomain(parseDomain(domain));
  }
}

async function lastJson(
  connection: Connection,
  file: string,
  fields: ParquetField,
  action: string,
  requiredField: string,
): Promise<JsonRecord | undefined> {
  return (await allJson(connection, file, fields, action, requiredField)).at(-1);
}

/** The rows of one kind of action, told by the field that every one of them has. */
async function allJson(
  connection: Connection,
  file: string,
  fields: ParquetField,
  action: string,
  requiredField: string,
): Promise<JsonRecord[]> {
  if (child(child(fields, action), requiredField) === undefined) return [];
  const result = await connection.run(
    `SELECT to_json(${action})::VARCHAR FROM ${source(file)} WHERE ${action}.${requiredField} IS NOT NULL`,
  );
  return (await result.getRows()).flatMap(([text]) => {
    const record = typeof text === 'string' ? asRecord(parseJson(text)) : undefined;
    return record === undefined ? [] : [record];
  });
}

/**
 * Names only the columns this file has: layouts differ per writer, and mapping them to one schema would switch off the
 * pruning of nested columns, which makes large checkpoints ten times slower.
 */
async function readAdds(
  connection: Connection,
  file: string,
  fields: ParquetField,
  state: LogState,
  location: string,
): Promise<void> {
  const add = child(fields, 'add');
  if (child(add, 'path') === undefined) return;
  const optional = (name: string, sql: string): string => (child(add, name) === undefined ? 'NULL' : sql);
  const structStats = optional('stats_parsed', 'to_json(add.stats_parsed)::VARCHAR');
  const stats = optional('stats', 'add.stats');
  const result = await connection.stream(
    `SELECT add.path, add.size::DOUBLE, ${optional('modificationTime', 'add.modificationTime::DOUBLE')},
       ${optional('partitionValues', 'to_json(add.partitionValues)::VARCHAR')}, coalesce(${stats}, ${structStats}),
       ${optional('deletionVector', 'CASE WHEN add.deletionVector.storageType IS NOT NULL THEN to_json(add.deletionVector)::VARCHAR END')}
     FROM ${source(file)} WHERE add.path IS NOT NULL`,
  );
  for await (const rows of result.yieldRows()) {
    for (const row of rows) addFile(row, state, location);
  }
}

function addFile(row: Value[], state: LogState, location: string): void {
  const [path, size, modifiedAt, partitionValues, stats, deletionVector] = row;
  state.add({
    ...filePath(String(path), location),
    sizeBytes: Number(size),
    modifiedAt: Number(modifiedAt ?? 0),
    partitionValues: typeof partitionValues === 'string' ? partitionValues : '{}',
    stats: typeof stats === 'string' && stats !== '' ? stats : undefined,
    deletionVector: typeof deletionVector === 'string' ? parseDeletionVector(parseJson(deletionVector)) : undefined,
  });
}

async function readSidecars(connection: Connection, file: string, fields: ParquetField): Promise<SidecarAction[]> {
  if (child(child(fields, 'sidecar'), 'path') === undefined) return [];
  const result = await connection.run(
    `SELECT sidecar.path, sidecar.sizeInBytes, sidecar.modificationTime FROM ${source(file)} WHERE sidecar.path IS NOT NULL`,
  );
  return (await result.getRows()).map(([path, sizeBytes, modifiedAt]) => ({
    path: String(path),
    sizeBytes: Number(sizeBytes ?? 0),
    modifiedAt: Number(modifiedAt ?? 0),
  }));
}

/** Usually a bare name in `_sidecars`; a path below the table is legal too. */
function sidecarPath(reference: string, storage: Storage): string {
  const path = dataPath(reference, storage.location);
  if (isAbsolute(path)) throw new StorageNotFound(path);
  return path.includes('/') ? path : joinPath(LOG_DIRECTORY, '_sidecars', path);
}

export function source(file: string): string {
  return `read_parquet(${fileLiteral(file)}, hive_partitioning = false)`;
}
