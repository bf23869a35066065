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
import datetime, decimal, json, sys
import pyarrow
import pyarrow.parquet as parquet
from deltalake import DeltaTable, QueryBuilder

def literal(value, kind):
    if isinstance(value, bool): return str(value).lower()
    if isinstance(value, (int, decimal.Decimal)): return f"arrow_cast('{value}', '{kind}')"
    if isinstance(value, str): return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        zone = 'Some("UTC")' if value.tzinfo else 'None'
        return f"arrow_cast('{value.replace(tzinfo=None).isoformat()}', 'Timestamp(Microsecond, {zone})')"
    return f"DATE '{value.isoformat()}'" if isinstance(value, datetime.date) else None

def kind_of(type):
    if pyarrow.types.is_decimal(type): return f'Decimal128({type.precision}, {type.scale})'
    return str(type).capitalize()

def filtered(query, table):
    # Files are passed over by the bounds in the log: what is found then must be what is found without them.
    asked, wrong = 0, []
    # Thousands of files are opened for each, so that large tables are asked less.
    signs = ['='] if table.num_rows > 1000 else ['=', '<=', '>']
    for field in table.schema:
        values = table.column(field.name).to_pylist()
        known = sorted({value for value in values if value is not None}) if not pyarrow.types.is_binary(field.type) else []
        for value in {known[0], known[len(known) // 2], known[-1]} if known else []:
            text = literal(value, kind_of(field.type))
            if text is None: continue
            for sign in signs:
                holds = {'=': value.__eq__, '<=': value.__ge__, '>': value.__lt__}[sign]
                where = f'"{field.name}" {sign} {text}'
                found = pyarrow.table(query.execute(f'SELECT count(*) AS n FROM t WHERE {where}').read_all())
                expected = sum(1 for each in values if each is not None and holds(each) is True)
                asked += 1
                if found.column('n')[0].as_py() != expected: wrong.append(where)
        asked += 1
        nulls = pyarrow.table(query.execute(f'SELECT count(*) AS n FROM t WHERE "{field.name}" IS NULL').read_all())
        if nulls.column('n')[0].as_py() != values.count(None): wrong.append(f'{field.name} IS NULL')
    return asked, wrong

try:
    # Its way through pyarrow knows no absolute paths; this one does.
    query = QueryBuilder().register('t', DeltaTable(sys.argv[1]))
    table = pyarrow.table(query.execute('SELECT * FROM t').read_all())
    parquet.write_table(table, sys.argv[2])
    asked, wrong = filtered(query, table)
    print(json.dumps({"error": None, "asked": asked, "wrong": wrong}))
except Exception as error:
    print(json.dumps({"error": str(error), "asked": 0, "wrong": []}))
`;

interface Answer {
  readonly error: string | null;
  /** Queries with a condition, and those that found other rows than a look at all of them. */
  readonly asked: number;
  readonly wrong: readonly string[];
}

const DISORDERS: readonly DisorderAt[] = [
  ...(['added-column', 'dropped-column', 'interleaved-fingerprints', 'empty-folder', 'truncated-file'] as const),
  ...(['past-the-fence', 'half-written', 'duplicate-folder', 'widened-type@cc_claim'] as const),
  // Read from a checkpoint and what came after it.
  'many-folders@pc_policy',
];

/**
 * Ingests a synthetic suite in both modes and has `deltalake` of PyPI read every table: the rows must be those of the oracle, and conditions,
 * by which files are passed over, must find what is there. Answers what to
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
    const agrees = !lines.some((line) => /DIFFERS?\b/.test(line));
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
    const { error, asked, wrong } = runPython<Answer>(python, READ, [join(target, name), copy]);
    const verdict =
      error === null ? await verdictOf(connection, copy, suite, name) : `refused: ${error.split('\n')[0] ?? ''}`;
    const skipping = wrong.length === 0 ? '' : `, FILTERS DIFFER: ${wrong.slice(0, 5).join('; ')}`;
    lines.push(`${mode} ${name}: ${verdict}${error === null ? `, ${asked} filters` : ''}${skipping}`);
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
