import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { literal } from '../duckdb/sql';
import { parseJson } from '../json/lossless-json';
import type { JsonValue } from '../schema/types';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import type { ActiveFile } from '../table/snapshot';
import { chance, randomSteps, shrunk, type Step } from '../testing/random-history';
import { column, TemporaryLake } from '../testing/temporary-lake';
import { append } from './append';
import { checkpoint } from './checkpoint';
import { createTable } from './create-table';
import { rewrite } from './rewrite';
import type { RowSource } from './write-options';

type Value = string | number | null;
/** By column; a column that is not there is null. */
type Row = Readonly<Record<string, Value>>;

const HISTORIES = 3;
const STEPS = 12;
const PARTS = ['a', 'b/ü c', '50%', null];
const TEXTS = ['', 'short', `${'z'.repeat(31)}\u{10ffff}tail`, `${'é'.repeat(40)}`, 'it\'s \\ "x"', null];

/** What a table should be, version by version, told in the simplest way: all of its rows. */
class Model {
  readonly versions: { columns: string[]; rows: Row[] }[] = [];
  private lastId = 0;

  constructor() {
    this.versions.push({ columns: ['id', 'part', 'n', 's', 'd'], rows: [] });
  }

  get now(): { columns: string[]; rows: Row[] } {
    return this.versions.at(-1) ?? { columns: [], rows: [] };
  }

  commit(rows: Row[], columns = this.now.columns): void {
    this.versions.push({ columns, rows });
  }

  newRow(below: (limit: number) => number, parts: number, extra: readonly string[]): Row {
    this.lastId += 1;
    return {
      id: this.lastId,
      part: PARTS[below(parts)] ?? null,
      ...changed(below),
      ...Object.fromEntries(extra.map((name) => [name, below(3) === 0 ? null : below(100)])),
    };
  }

  /** Ids are given once and files are rewritten one by one or all together, so a file's rows are those between its bounds. */
  rowsOf(file: ActiveFile): Row[] {
    const [least, greatest] = [Number(file.stats?.minValues?.['id']), Number(file.stats?.maxValues?.['id'])];
    const part = file.partitionValues['part'] ?? null;
    return this.now.rows.filter(
      (row) => Number(row['id']) >= least && Number(row['id']) <= greatest && row['part'] === part,
    );
  }
}

function changed(below: (limit: number) => number): Row {
  return {
    n: below(4) === 0 ? null : below(1_000) - 500,
    s: TEXTS[below(TEXTS.length)] ?? null,
    d: below(5) === 0 ? 'NaN' : below(5) === 1 ? null : (below(1_000) - 500) / 8,
  };
}

describe('any history of a table', () => {
  let lake: TemporaryLake;
  let runs = 0;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  /** Rows as a source, with the types of the columns. */
  async function source(rows: readonly Row[], columns: readonly string[]): Promise<RowSource> {
    const cells = (row: Row): string =>
      columns.map((name) => `CAST(${cell(row[name] ?? null)} AS ${TYPES[name] ?? 'INTEGER'}) AS "${name}"`).join(', ');
    const none = `SELECT ${cells({})} WHERE false`;
    return lake.rows(rows.length === 0 ? none : rows.map((row) => `SELECT ${cells(row)}`).join(' UNION ALL '));
  }

  async function take(step: Step, table: DeltaTable, model: Model): Promise<void> {
    const { columns, rows } = model.now;
    if (step.kind === 'checkpoint') {
      await checkpoint(table, Math.max(0, model.versions.length - 1 - step.back));
      return;
    }
    const below = chance(step.seed);
    if (step.kind === 'append') {
      const all = step.newColumn ? [...columns, `extra${columns.length}`] : columns;
      const added = Array.from({ length: step.rows }, () => model.newRow(below, step.parts, all.slice(5)));
      const options = { source: await source(added, all), mergeSchema: true, maxRowsPerFile: step.perFile };
      await append(lake.engine, table, options);
      model.commit([...rows, ...added], all);
      return;
    }
    const snapshot = await table.snapshot();
    const { items } = await snapshot.files({ limit: 1_000 });
    const places =
      step.kind === 'rewrite' ? items.map((_, place) => place) : items.length === 0 ? [] : [step.file % items.length];
    const taken = places.flatMap((place) => model.rowsOf(items[place] ?? fail()));
    const isHit = (row: Row): boolean => Number(row['id']) % step.every === 0;
    const put =
      step.kind === 'update'
        ? taken.map((row) => (isHit(row) ? { ...row, ...changed(below) } : row))
        : taken.filter((row) => !isHit(row) || step.every === 1);
    put.sort((one, other) => Number(one['id']) - Number(other['id']));
    await rewrite(lake.engine, table, {
      snapshot,
      files: places,
      source: await source(put, columns),
      operation: { name: 'WRITE', parameters: {} },
      metrics: () => ({}),
      maxRowsPerFile: step.kind === 'rewrite' ? step.perFile : 1_000,
    });
    model.commit([...rows.filter((row) => !taken.includes(row)), ...put]);
  }

  /** What the reader says of a version that the model does not, if anything. */
  async function difference(
    table: DeltaTable,
    version: number,
    expected: Model['now'],
    below: (limit: number) => number,
  ): Promise<string | undefined> {
    const snapshot = await table.snapshot({ version });
    const shown = await snapshot.preview({ limit: 10_000 });
    const at = `version ${version}`;
    const names = shown.columns.map(({ name }) => name);
    if (String(names) !== String(expected.columns)) return `${at}: columns ${names.join()}`;
    const wanted = sorted(expected.rows.map((row) => expected.columns.map((name) => shownAs(name, row[name] ?? null))));
    if (sorted(shown.rows) !== wanted) return `${at}: ${sorted(shown.rows)} in place of ${wanted}`;
    const { rows } = await snapshot.countRows();
    if (rows !== BigInt(expected.rows.length)) return `${at}: counts ${rows} rows in place of ${expected.rows.length}`;
    const least = below(40) - 2;
    const filtered = await snapshot.preview({
      limit: 10_000,
      columns: ['id'],
      filters: [{ column: 'n', op: '>=', value: least }],
    });
    const hits = sorted(
      expected.rows.filter(({ n }) => n !== null && Number(n) >= least).map(({ id }) => [String(id)]),
    );
    return sorted(filtered.rows) === hits
      ? undefined
      : `${at}, n >= ${least}: ${sorted(filtered.rows)} in place of ${hits}`;
  }

  async function failureOf(steps: readonly Step[]): Promise<string | undefined> {
    runs += 1;
    const name = `history-${runs}`;
    const model = new Model();
    const fields = [
      column('id', 'long'),
      column('part', 'string'),
      column('n', 'integer'),
      column('s', 'string'),
      column('d', 'double'),
    ];
    const properties = { 'delta.checkpointInterval': '5' };
    const schema = { type: 'struct' as const, fields };
    const table = await createTable(lake.engine, lake.storage(name), {
      schema,
      partitionColumns: ['part'],
      properties,
    });
    const below = chance(runs);
    for (const step of steps) {
      await take(step, table, model);
      const wrong = await difference(table, model.versions.length - 1, model.now, below);
      if (wrong !== undefined) return `after ${JSON.stringify(step)}: ${wrong}`;
    }
    await lake.engine.settled();
    // Somebody else, who has seen nothing of it before.
    const cold = await DeltaEngine.open({
      cacheDirectory: join(lake.directory, `cold-${runs}`),
      localRoots: [lake.directory],
    });
    try {
      const found = await DeltaTable.open(cold, lake.storage(name));
      for (const [version, expected] of model.versions.entries()) {
        const wrong = await difference(found, version, expected, below);
        if (wrong !== undefined) return `read cold: ${wrong}`;
      }
      return undefined;
    } finally {
      await cold.close();
    }
  }

  const fails = async (steps: readonly Step[]): Promise<string | undefined> =>
    failureOf(steps).catch((error: unknown) => `${String(error)}`);

  it('is read at every version as it was written', async () => {
    const seed = Number(process.env['HISTORY_SEED'] ?? randomInt(2 ** 31));
    for (let history = 0; history < HISTORIES; history += 1) {
      const steps = randomSteps(seed + history, STEPS);
      if ((await fails(steps)) === undefined) continue;
      const fewest = await shrunk(steps, async (some) => (await fails(some)) !== undefined);
      throw new Error(`HISTORY_SEED=${seed + history}: ${await fails(fewest)}\n${JSON.stringify(fewest)}`);
    }
  }, 120_000);
});

const TYPES: Readonly<Record<string, string>> = {
  id: 'BIGINT',
  part: 'VARCHAR',
  n: 'INTEGER',
  s: 'VARCHAR',
  d: 'DOUBLE',
};

function cell(value: Value): string {
  return value === null ? 'NULL' : literal(String(value));
}

function shownAs(name: string, value: Value): JsonValue {
  return name === 'id' && value !== null ? String(value) : value;
}

function sorted(rows: readonly (readonly JsonValue[])[]): string {
  return JSON.stringify(
    rows
      .map((row) => JSON.stringify(row))
      .sort()
      .map((row) => parseJson(row)),
  );
}

function fail(): never {
  throw new Error('There is no such file');
}
