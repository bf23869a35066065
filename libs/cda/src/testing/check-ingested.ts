import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { columnText, expectedRows, deltaType, mergedColumns, type SyntheticFolder } from '@lakescope/cda-synthetic';
import { currentFiles, rawLog, type RawCommit } from './raw-log';

/** What a table must hold: whole folders, in the order of their fingerprints and numbers. */
export interface ExpectedIngestion {
  readonly name: string;
  readonly folders: readonly SyntheticFolder[];
  /** Folders whose files cannot be read. */
  readonly poisoned: readonly SyntheticFolder[];
}

/**
 * Holds a table against what a reader must find: every folder exactly once, in order, one version each, with the rows the oracle says, read by
 * DuckDB over the files of the newest version; what cannot be read is put aside and remembered. `since` is the version that rebuilt the table.
 */
export async function checkIngested(
  connection: DuckDBConnection,
  table: string,
  expected: ExpectedIngestion,
  since = 0,
): Promise<void> {
  const commits = rawLog(table);
  expect(commits.map(({ version }) => version)).toEqual(commits.map((_, index) => index));
  const own = commits.slice(since).filter(({ folder }) => folder !== undefined);
  expect(own.map(({ folder }) => folder).sort()).toEqual(expected.folders.map(keyOf).sort());
  const late = new Set(own.filter(({ transactions }) => isRetried(transactions)).map(({ folder }) => folder));
  for (const fingerprint of new Set(expected.folders.map((folder) => folder.fingerprint))) {
    const order = own.flatMap(({ folder }) =>
      folder?.startsWith(`${fingerprint}/`) === true && !late.has(folder) ? [folder] : [],
    );
    expect(order).toEqual([...order].sort());
  }
  const byKey = new Map(own.map((commit) => [commit.folder, commit]));
  for (const folder of expected.folders) checkFolder(folder, byKey.get(keyOf(folder)));
  checkAside(commits, expected);
  await checkRows(connection, table, commits, expected.folders);
}

function checkFolder(folder: SyntheticFolder, commit: RawCommit | undefined): void {
  const full = folder.files.filter(({ rows }) => rows.length > 0);
  const told = (commit?.adds ?? []).map(({ path, rows }) => [basename(path), rows]).sort();
  expect({ [keyOf(folder)]: told }).toEqual({
    [keyOf(folder)]: full.map(({ name, rows }) => [name, rows.length]).sort(),
  });
}

/** A folder that cannot be read is either still to come or marked as left out, never passed in silence. */
function checkAside(commits: readonly RawCommit[], { name, poisoned }: ExpectedIngestion): void {
  const last = new Map(commits.flatMap(({ transactions }) => [...transactions]));
  for (const { fingerprint, folder } of poisoned) {
    const passed = (last.get(`cda:${name}:${fingerprint}`) ?? 0) >= Number(folder);
    const mark = last.get(`cda-skip:${name}:${fingerprint}:${folder}`);
    expect({ folder, isTold: !passed || mark === 0 }).toEqual({ folder, isTold: true });
  }
}

function isRetried(transactions: ReadonlyMap<string, number>): boolean {
  return [...transactions].some(([appId, version]) => appId.startsWith('cda-skip:') && version === 1);
}

async function checkRows(
  connection: DuckDBConnection,
  table: string,
  commits: readonly RawCommit[],
  folders: readonly SyntheticFolder[],
): Promise<void> {
  const columns = mergedColumns(folders);
  const schema = commits.findLast(({ columns: said }) => said !== undefined)?.columns;
  expect(schema?.map(({ name, type }) => [name, type])).toEqual(
    columns.map(({ name, type }) => [name, deltaType(type)]),
  );
  const files = currentFiles(table, commits);
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  const query = `SELECT ${columns.map(columnText).join(', ')} FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
  const found = files.length === 0 ? [] : (await connection.runAndReadAll(query)).getRowsJson();
  expect(found.map((row) => JSON.stringify(row)).sort()).toEqual(expectedRows(folders, columns).sort());
}

function keyOf({ fingerprint, folder }: SyntheticFolder): string {
  return `${fingerprint}/${folder}`;
}
