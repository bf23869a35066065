import type { Principal } from '../../../identity/directory';
import type { EngineCatalog, TableName } from '../engine-catalog';
import { insufficientPermissions, tableNotFound } from '../failures/catalog-failures';
import { relationName } from '../language/duckdb-text';
import type { TableReference } from '../language/statement-scope';
import type { Sandbox } from '../sandbox/sandbox';
import { VIEWS, type Cell } from './information-views';
import { partsOf } from './resolve-name';
import { WantedNames } from './wanted-names';

const SCHEMA = 'information_schema';
/** The catalog whose information_schema speaks of all catalogs. */
const SYSTEM = 'system';
/** What DuckDB takes at once. */
const ROWS_PER_BATCH = 2_048;

export function isInformationSchema(name: TableName): boolean {
  return name.schema.toLowerCase() === SCHEMA;
}

/** `information_schema` of a catalog, and of `system` for all: what the caller may see, read from the catalog itself. */
export class InformationSchema {
  constructor(private readonly catalog: EngineCatalog) {}

  async load(
    reference: TableReference,
    name: TableName,
    { caller, sandbox, signal }: { caller: Principal; sandbox: Sandbox; signal: AbortSignal },
  ): Promise<void> {
    const view = VIEWS.get(name.table.toLowerCase());
    if (view === undefined) throw tableNotFound(partsOf(name), reference.place);
    const catalogs = await this.catalogs(caller, name, reference.place);
    const table = relationName(reference.view);
    const columns = Object.entries(view.columns).map(([column, type]) => `${column} ${type}`);
    await sandbox.run(`CREATE TEMP TABLE ${table} (${columns.join(', ')})`);
    const { filters, limit } = reference.wanted;
    const rows = view.rows(this.catalog, caller, catalogs, new WantedNames(filters));
    await sandbox.fill(reference.view, batches(rows, limit, signal));
  }

  private async catalogs(caller: Principal, name: TableName, place: string): Promise<string[]> {
    const visible = (await this.catalog.catalogs(caller)).map((entry) => entry.name);
    const wanted = name.catalog.toLowerCase();
    if (wanted === SYSTEM) return visible;
    const found = visible.find((entry) => entry.toLowerCase() === wanted);
    if (found !== undefined) return [found];
    const missing = await this.catalog.missing(caller, 'SELECT', name);
    if (missing !== undefined && (await this.catalog.hasCatalog(name.catalog))) throw insufficientPermissions(missing);
    throw tableNotFound(partsOf(name), place);
  }
}

async function* batches(
  rows: AsyncIterable<readonly Cell[]>,
  limit: number,
  signal: AbortSignal,
): AsyncIterable<readonly (readonly Cell[])[]> {
  let batch: (readonly Cell[])[] = [];
  let left = limit;
  if (left <= 0) return;
  for await (const row of rows) {
    batch.push(row);
    left -= 1;
    if (left === 0) break;
    if (batch.length < ROWS_PER_BATCH) continue;
    signal.throwIfAborted();
    yield batch;
    batch = [];
  }
  yield batch;
}
