import type { CheckpointTable, NamedFile } from '../checkpoint/checkpoint-tables';
import type { CheckpointContext } from '../checkpoint/read-checkpoint';
import type { Connection } from '../duckdb/duckdb';
import { fileKey, vectorId, type LogFile } from '../log/actions';
import type { FileIdentity } from '../log/log-state';
import { compareBytes } from '../storage/storage-path';

/** Files between two of the paths that are kept in memory to find a place by. */
const MARK_EVERY = 64;

/**
 * The files of a checkpoint that commits since have named: removed, replaced or added again, they are its files no more.
 * What was looked up for one version is not looked up again for the next.
 */
export async function namedFiles(
  table: CheckpointTable,
  context: CheckpointContext,
  touched: ReadonlyMap<string, FileIdentity>,
): Promise<NamedFile[]> {
  const unknown = [...touched].filter(([key]) => !table.named.has(key));
  if (unknown.length > 0 && table.files.parts.length > 0) {
    const files = await table.loaded(context);
    await context.duckdb.connected(context.signal, async (connection) => {
      await loadIdentities(
        connection,
        unknown.map(([, identity]) => identity),
      );
      const result = await connection.run(
        `SELECT wanted.place, found.id, found.size, found.vector IS NOT NULL
         FROM ${files} AS found JOIN wanted ON found.path = wanted.path AND coalesce(found.vector, '') = wanted.vector`,
      );
      const found = new Map<number, NamedFile>();
      for (const [place, id, size, hasVector] of await result.getRows()) {
        found.set(Number(place), { id: Number(id), sizeBytes: Number(size), hasDeletionVector: hasVector === true });
      }
      for (const [place, [key]] of unknown.entries()) table.named.set(key, found.get(place));
    });
  }
  return [...touched.keys()].flatMap((key) => table.named.get(key) ?? []);
}

/** How many files of the checkpoint come before each of these, which are sorted. */
export async function placesBefore(
  table: CheckpointTable,
  context: CheckpointContext,
  added: readonly LogFile[],
): Promise<number[]> {
  const unknown = added.filter((file) => !table.before.has(fileKey(file)));
  if (unknown.length > 0 && table.files.parts.length > 0) {
    const [files, places] = [await table.loaded(context), await table.places(context)];
    await context.duckdb.connected(context.signal, async (connection) => {
      const inOrder = `${places} AS places JOIN ${files} AS files ON files.id = places.id`;
      const marks = await markedFiles(connection, inOrder);
      const wanted = unknown.map((file) => ({ path: file.path, vector: vectorId(file.deletionVector) }));
      const first = wanted.map((identity) => lastBefore(marks, identity));
      await loadIdentities(connection, wanted, first);
      const result = await connection.run(
        `SELECT wanted.place, count(*) FROM ${inOrder} JOIN wanted ON wanted.mark = places.rowid // ${MARK_EVERY}
         WHERE files.path < wanted.path OR (files.path = wanted.path AND coalesce(files.vector, '') < wanted.vector)
         GROUP BY wanted.place`,
      );
      const within = new Map((await result.getRows()).map(([place, count]) => [Number(place), Number(count)]));
      for (const [place, file] of unknown.entries()) {
        table.before.set(fileKey(file), Math.max(0, first[place] ?? 0) * MARK_EVERY + (within.get(place) ?? 0));
      }
    });
  }
  return added.map((file) => table.before.get(fileKey(file)) ?? 0);
}

async function markedFiles(connection: Connection, inOrder: string): Promise<FileIdentity[]> {
  const result = await connection.run(
    `SELECT files.path, coalesce(files.vector, '') FROM ${inOrder} WHERE places.rowid % ${MARK_EVERY} = 0 ORDER BY places.rowid`,
  );
  return (await result.getRows()).map(([path, vector]) => ({ path: String(path), vector: String(vector) }));
}

function lastBefore(marks: readonly FileIdentity[], wanted: FileIdentity): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const mark = marks[middle];
    if (mark !== undefined && (compareBytes(mark.path, wanted.path) || compareBytes(mark.vector, wanted.vector)) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

async function loadIdentities(
  connection: Connection,
  identities: readonly FileIdentity[],
  marks?: readonly number[],
): Promise<void> {
  await connection.run('CREATE TEMP TABLE wanted (place INTEGER, path VARCHAR, vector VARCHAR, mark BIGINT)');
  const appender = await connection.createAppender('wanted');
  for (const [place, { path, vector }] of identities.entries()) {
    appender.appendInteger(place);
    appender.appendVarchar(path);
    appender.appendVarchar(vector);
    appender.appendBigInt(BigInt(marks?.[place] ?? 0));
    appender.endRow();
  }
  appender.closeSync();
}
