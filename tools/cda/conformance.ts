import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { LocalSource, LocalTarget, runIngestion, type IngestionMode } from '@lakescope/cda';
import {
  columnText,
  createSuite,
  expectedRows,
  FolderBucket,
  mergedColumns,
  type DisorderAt,
  type SyntheticSuite,
} from '@lakescope/cda-synthetic';
import { pythonWithDeltalake, runPython } from '../bench/delta-python';

const READ = `
import json, sys
import pyarrow
import pyarrow.parquet as parquet
from deltalake import DeltaTable, QueryBuilder
try:
    # Its way through pyarrow knows no absolute paths; this one does.
    rows = QueryBuilder().register('t', DeltaTable(sys.argv[1])).execute('SELECT * FROM t')
    parquet.write_table(pyarrow.table(rows.read_all()), sys.argv[2])
    print(json.dumps({"error": None}))
except Exception as error:
    print(json.dumps({"error": str(error)}))
`;

const DISORDERS: readonly DisorderAt[] = [
  ...(['added-column', 'dropped-column', 'interleaved-fingerprints', 'empty-folder', 'truncated-file'] as const),
  ...(['past-the-fence', 'half-written', 'duplicate-folder', 'widened-type@cc_claim'] as const),
];

/**
 * Ingests a synthetic suite in both modes and has `deltalake` of PyPI read every table: the rows must be those of the oracle. Answers what to
 * print and whether all that could be read agreed; tables that this reader refuses are named with its reason.
 */
export async function runConformance(): Promise<{ text: string; agrees: boolean }> {
  const python = pythonWithDeltalake((line) => console.error(line));
  if (python === undefined) return { text: 'not run: no python3 that can install deltalake\n', agrees: true };
  const folder = await mkdtemp(join(tmpdir(), 'cda-conformance-'));
  const duckdb = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await duckdb.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    const source = join(folder, 'source');
    const step = { disorders: DISORDERS, minutes: 600, even: true, folders: 8 };
    const { suite } = await createSuite(new FolderBucket(source), { seed: 3, tables: 12, step });
    const lines: string[] = [];
    for (const mode of ['copy', 'reference'] as const) {
      const target = new LocalTarget(join(folder, mode));
      await runIngestion({
        ...{ source: new LocalSource(source), target, manifestPath: 'manifest.json', mode, runId: 'conformance' },
      });
      lines.push(...(await compared(python, connection, join(folder, mode), mode, suite)));
    }
    const agrees = !lines.some((line) => line.includes('DIFFERS'));
    return { text: `run: deltalake of PyPI\n${lines.join('\n')}\n`, agrees };
  } finally {
    connection.closeSync();
    duckdb.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compared(
  python: string,
  connection: DuckDBConnection,
  target: string,
  mode: IngestionMode,
  suite: SyntheticSuite,
): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of suite.tables) {
    const copy = join(target, `${name}.read-back.parquet`);
    const { error } = runPython<{ error: string | null }>(python, READ, [join(target, name), copy]);
    const verdict =
      error === null ? await verdictOf(connection, copy, suite, name) : `refused: ${error.split('\n')[0] ?? ''}`;
    lines.push(`${mode} ${name}: ${verdict}`);
  }
  return lines;
}

async function verdictOf(
  connection: DuckDBConnection,
  copy: string,
  suite: SyntheticSuite,
  name: string,
): Promise<string> {
  const { folders, facts } = suite.expected(name);
  const fence = Number(facts.lastSuccessfulWriteTimestamp);
  const due = folders.filter(
    ({ complete, folder, files }) => complete && Number(folder) <= fence && !files.some(({ truncated }) => truncated),
  );
  const columns = mergedColumns(due);
  const query = `SELECT ${columns.map(columnText).join(', ')} FROM read_parquet('${copy}')`;
  const found = (await connection.runAndReadAll(query)).getRowsJson().map((row) => JSON.stringify(row));
  const expected = expectedRows(due, columns);
  const isSame = JSON.stringify(found.sort()) === JSON.stringify(expected.sort());
  return isSame ? `agrees, ${found.length} rows` : `DIFFERS, ${found.length} rows in place of ${expected.length}`;
}
