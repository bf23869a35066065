import type { Principal } from '../../../identity/directory';
import type { EngineCatalog, EngineTableEntry, TableName } from '../engine-catalog';
import { insufficientPermissions, tableNotFound } from '../failures/catalog-failures';
import { literal, relationName } from '../language/duckdb-text';
import type { TableReference } from '../language/statement-scope';
import { catalogTypeText, typeName } from '../language/spark-types';
import type { Sandbox } from '../sandbox/sandbox';
import { partsOf } from './resolve-name';

const SCHEMA = 'information_schema';
/** The catalog whose information_schema speaks of all catalogs. */
const SYSTEM = 'system';
const ROWS_PER_INSERT = 2_000;

type Cell = string | number | boolean | null | { readonly millis: number };

interface InformationView {
  /** Columns with DuckDB types (SQL reference, "Information schema"). */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: (
    catalog: EngineCatalog,
    caller: Principal,
    catalogs: readonly string[],
  ) => AsyncIterable<readonly Cell[]>;
}

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
    let batch: string[] = [];
    const flush = async (): Promise<void> => {
      signal.throwIfAborted();
      if (batch.length > 0) await sandbox.run(`INSERT INTO ${table} VALUES ${batch.join(', ')}`);
      batch = [];
    };
    for await (const row of view.rows(this.catalog, caller, catalogs)) {
      batch.push(`(${row.map(cellSql).join(', ')})`);
      if (batch.length >= ROWS_PER_INSERT) await flush();
    }
    await flush();
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

function cellSql(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return literal(cell);
  if (typeof cell === 'object') return `CAST(epoch_ms(CAST(${Math.floor(cell.millis)} AS BIGINT)) AS TIMESTAMPTZ)`;
  return String(cell);
}

const AUTHORED = {
  created: 'TIMESTAMPTZ',
  created_by: 'VARCHAR',
  last_altered: 'TIMESTAMPTZ',
  last_altered_by: 'VARCHAR',
} as const;

function authored(entry: { createdAt: number; createdBy: string; updatedAt: number; updatedBy: string }): Cell[] {
  return [{ millis: entry.createdAt }, entry.createdBy, { millis: entry.updatedAt }, entry.updatedBy];
}

async function* tablesOf(
  catalog: EngineCatalog,
  caller: Principal,
  catalogs: readonly string[],
): AsyncIterable<EngineTableEntry> {
  for (const name of catalogs) {
    for (const schema of await catalog.schemas(caller, name)) yield* await catalog.tables(caller, name, schema.name);
  }
}

const CATALOGS: InformationView = {
  columns: { catalog_name: 'VARCHAR', catalog_owner: 'VARCHAR', comment: 'VARCHAR', ...AUTHORED },
  async *rows(catalog, caller, catalogs) {
    for (const entry of await catalog.catalogs(caller)) {
      if (catalogs.includes(entry.name)) yield [entry.name, entry.owner, entry.comment, ...authored(entry)];
    }
  },
};

const SCHEMATA: InformationView = {
  columns: {
    catalog_name: 'VARCHAR',
    schema_name: 'VARCHAR',
    schema_owner: 'VARCHAR',
    comment: 'VARCHAR',
    ...AUTHORED,
  },
  async *rows(catalog, caller, catalogs) {
    for (const name of catalogs) {
      for (const entry of await catalog.schemas(caller, name)) {
        yield [name, entry.name, entry.owner, entry.comment, ...authored(entry)];
      }
    }
  },
};

const TABLES: InformationView = {
  columns: {
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    table_type: 'VARCHAR',
    is_insertable_into: 'VARCHAR',
    commit_action: 'VARCHAR',
    table_owner: 'VARCHAR',
    comment: 'VARCHAR',
    ...AUTHORED,
    data_source_format: 'VARCHAR',
    storage_path: 'VARCHAR',
    storage_sub_directory: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs) {
    for await (const table of tablesOf(catalog, caller, catalogs)) {
      const isView = table.tableType === 'VIEW';
      yield [
        table.catalog,
        table.schema,
        table.name,
        table.tableType,
        isView ? 'NO' : 'YES',
        'PRESERVE',
        table.owner,
        table.comment === '' ? null : table.comment,
        ...authored(table),
        table.format ?? 'UNKNOWN_DATA_SOURCE_FORMAT',
        table.storageLocation ?? null,
        null,
      ];
    }
  },
};

const COLUMNS: InformationView = {
  columns: {
    table_catalog: 'VARCHAR',
    table_schema: 'VARCHAR',
    table_name: 'VARCHAR',
    column_name: 'VARCHAR',
    ordinal_position: 'INTEGER',
    column_default: 'VARCHAR',
    is_nullable: 'VARCHAR',
    full_data_type: 'VARCHAR',
    data_type: 'VARCHAR',
    numeric_precision: 'INTEGER',
    numeric_scale: 'INTEGER',
    is_identity: 'VARCHAR',
    is_generated: 'VARCHAR',
    is_updatable: 'VARCHAR',
    partition_ordinal_position: 'INTEGER',
    comment: 'VARCHAR',
  },
  async *rows(catalog, caller, catalogs) {
    for await (const table of tablesOf(catalog, caller, catalogs)) {
      for (const [index, column] of table.columns.entries()) {
        const decimal = decimalOf(catalogTypeText(column.type));
        const partition = table.partitionColumns.findIndex((name) => name.toLowerCase() === column.name.toLowerCase());
        const comment = column.metadata['comment'];
        yield [
          table.catalog,
          table.schema,
          table.name,
          column.name,
          index,
          null,
          column.nullable ? 'YES' : 'NO',
          catalogTypeText(column.type),
          typeName(column.type),
          decimal?.[0] ?? null,
          decimal?.[1] ?? null,
          'NO',
          'NO',
          'YES',
          partition < 0 ? null : partition,
          typeof comment === 'string' ? comment : null,
        ];
      }
    }
  },
};

function decimalOf(typeText: string): number[] | undefined {
  return typeText.startsWith('decimal(') ? typeText.slice(8, -1).split(',').map(Number) : undefined;
}

const VIEWS: ReadonlyMap<string, InformationView> = new Map([
  ['catalogs', CATALOGS],
  ['schemata', SCHEMATA],
  ['tables', TABLES],
  ['columns', COLUMNS],
]);
