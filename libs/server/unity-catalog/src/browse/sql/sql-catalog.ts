import { PlatformError, type EffectiveAssignment, type Page } from '@lakescope/databricks-client';
import type { CatalogInfo, ColumnInfo, SchemaInfo, TableInfo, VolumeInfo } from '@lakescope/databricks-wire';
import type { Cells } from '../../queries/cells';
import type { CatalogSource, FoundGrants, NamedObject, PageAsk, SchemaName, TableName } from '../catalog-source';
import { BROWSE_SQL } from './browse-statements';
import type { CatalogStatements } from './catalog-statements';

/** Tables with all columns that one answer may hold: see the way over REST. */
const TABLES_AT_ONCE = 20;
/** Names that search takes of one catalog: an answer of the warehouse ends at 25 MiB. */
const NAMES_OF_CATALOG = 200_000;

/**
 * Browses through the SQL warehouse with `information_schema`, which takes a token with the scope `sql`. It holds only what the caller
 * may see, so what is not there and what may not be seen are the same.
 */
export class SqlCatalog implements CatalogSource {
  readonly via = 'sql';

  constructor(private readonly statements: CatalogStatements) {}

  catalogs(ask: PageAsk): Promise<Page<CatalogInfo>> {
    return this.page(BROWSE_SQL.catalogs, {}, ask, ([name, comment, owner, created, altered]) => ({
      ...{ ...text('name', name), ...text('comment', comment), ...text('owner', owner) },
      ...times(created, altered),
    }));
  }

  async schemas(catalog: string, ask: PageAsk): Promise<Page<SchemaInfo>> {
    const page = await this.page(
      BROWSE_SQL.schemas,
      { catalog: stored(catalog) },
      ask,
      ([name, comment, owner, created, altered]) => ({
        ...{ ...text('name', name), catalog_name: catalog, full_name: `${catalog}.${name}` },
        ...{ ...text('comment', comment), ...text('owner', owner), ...times(created, altered) },
      }),
    );
    if (isEmpty(page, ask)) await this.require(`catalog ${catalog}`, BROWSE_SQL.catalog(), { catalog }, ask.signal);
    return page;
  }

  async volumes({ catalog, schema }: SchemaName, ask: PageAsk): Promise<Page<VolumeInfo>> {
    const page = await this.page(
      BROWSE_SQL.volumes,
      { catalog: stored(catalog), schema: stored(schema) },
      ask,
      ([name, type, comment, owner, location, created, altered]) => ({
        ...{ ...text('name', name), catalog_name: catalog, schema_name: schema },
        ...{ full_name: `${catalog}.${schema}.${name}`, ...text('volume_type', type), ...text('comment', comment) },
        ...{ ...text('owner', owner), ...text('storage_location', location), ...times(created, altered) },
      }),
    );
    if (isEmpty(page, ask)) await this.requireSchema({ catalog, schema }, ask.signal);
    return page;
  }

  async tableNames(place: SchemaName, ask: PageAsk): Promise<Page<TableInfo>> {
    const page = await this.page(BROWSE_SQL.tableNames, inSchema(place), ask, ([name, type]) => ({
      ...named(place, name),
      ...text('table_type', type),
    }));
    if (isEmpty(page, ask)) await this.requireSchema(place, ask.signal);
    return page;
  }

  async tables(place: SchemaName, ask: PageAsk): Promise<Page<TableInfo>> {
    const size = Math.min(ask.size, TABLES_AT_ONCE);
    const page = await this.page(BROWSE_SQL.tables, inSchema(place), { ...ask, size }, (row) => tableOf(place, row));
    const [first, last] = [page.items[0]?.name, page.items.at(-1)?.name];
    if (first === undefined || last === undefined) {
      if (isEmpty(page, ask)) await this.requireSchema(place, ask.signal);
      return page;
    }
    const columns = await this.columns(place, first, last, ask.signal);
    const items = page.items.map((table) => ({ ...table, columns: columns.get(table.name ?? '') ?? [] }));
    return { ...page, items };
  }

  async table(name: TableName, signal: AbortSignal): Promise<TableInfo> {
    const values = { ...inSchema(name), table: stored(name.table) };
    const [[row], columns] = await Promise.all([
      this.statements.rows(BROWSE_SQL.table(), values, signal),
      this.columns(name, values.table, values.table, signal),
    ]);
    if (row === undefined) throw notVisible(`table ${name.catalog}.${name.schema}.${name.table}`);
    const table = { ...tableOf(name, row), columns: columns.get(values.table) ?? [] };
    if (table.table_type?.includes('VIEW') !== true) return table;
    const [[definition] = []] = await this.statements.rows(BROWSE_SQL.viewDefinition(), values, signal);
    return { ...table, ...text('view_definition', definition) };
  }

  async grants(name: TableName, signal: AbortSignal): Promise<FoundGrants> {
    const values = { ...inSchema(name), table: stored(name.table) };
    const byPrincipal = new Map<string, NonNullable<EffectiveAssignment['privileges']>>();
    for (const [grantee, privilege, from] of await this.statements.rows(BROWSE_SQL.grants(), values, signal)) {
      const privileges = byPrincipal.get(grantee ?? '') ?? [];
      byPrincipal.set(grantee ?? '', privileges);
      privileges.push({ privilege: (privilege ?? '').replaceAll(' ', '_'), ...inherited(name, from) });
    }
    const assignments = [...byPrincipal].map(([principal, privileges]) => ({ principal, privileges }));
    return { assignments, access: 'unfiltered' };
  }

  async *tablesOfCatalog(catalog: string, signal: AbortSignal): AsyncIterable<readonly NamedObject[]> {
    const text = BROWSE_SQL.tablesOfCatalog(NAMES_OF_CATALOG);
    for await (const rows of this.statements.chunks(text, { catalog: stored(catalog) }, signal)) {
      yield rows.map(([schema, name]) => ({ catalog, schema: schema ?? '', name: name ?? '' }));
    }
  }

  async *volumesOfCatalog(
    catalog: string,
    _schemas: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly NamedObject[]> {
    const text = BROWSE_SQL.volumesOfCatalog(NAMES_OF_CATALOG);
    for await (const rows of this.statements.chunks(text, { catalog: stored(catalog) }, signal)) {
      yield rows.map(([schema, name]) => ({ catalog, schema: schema ?? '', name: name ?? '' }));
    }
  }

  private async columns(
    place: SchemaName,
    first: string,
    last: string,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ColumnInfo[]>> {
    const byTable = new Map<string, ColumnInfo[]>();
    const values = { ...inSchema(place), first, last };
    for await (const rows of this.statements.chunks(BROWSE_SQL.columns(), values, signal)) {
      for (const [table, name, type, nullable, comment, partition] of rows) {
        const columns = byTable.get(table ?? '') ?? [];
        byTable.set(table ?? '', columns);
        columns.push({
          ...{ position: columns.length, ...text('name', name), ...text('type_text', type) },
          ...{ nullable: nullable !== 'NO', ...text('comment', comment) },
          ...(partition === null || partition === undefined ? {} : { partition_index: Number(partition) }),
        });
      }
    }
    for (const columns of byTable.values()) fromZero(columns);
    return byTable;
  }

  private async page<T>(
    statement: (limit: number) => string,
    values: Readonly<Record<string, string>>,
    { pageToken = '', size, signal }: PageAsk,
    toItem: (row: Cells) => T,
  ): Promise<Page<T>> {
    // One more than is wanted tells whether there are more.
    const rows = await this.statements.rows(statement(size + 1), { ...values, after: pageToken }, signal);
    const taken = rows.slice(0, size);
    const next = rows.length > size ? (taken.at(-1)?.[0] ?? undefined) : undefined;
    return { items: taken.map(toItem), nextPageToken: next };
  }

  private requireSchema({ catalog, schema }: SchemaName, signal: AbortSignal): Promise<void> {
    return this.require(`schema ${catalog}.${schema}`, BROWSE_SQL.schema(), { catalog, schema }, signal);
  }

  /** An empty list is right only for what is there. */
  private async require(
    what: string,
    statement: string,
    names: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void> {
    const values = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, stored(name)]));
    const rows = await this.statements.rows(statement, values, signal);
    if (rows.length === 0) throw notVisible(what);
  }
}

function isEmpty({ items }: Page<unknown>, { pageToken }: PageAsk): boolean {
  return items.length === 0 && pageToken === undefined;
}

function notVisible(what: string): PlatformError {
  return new PlatformError('not_found', `There is no ${what}, or you may not see it.`, { actingAs: 'user' });
}

/** Unity Catalog keeps names in lower case, and compares them so. */
function stored(name: string): string {
  return name.toLowerCase();
}

function inSchema({ catalog, schema }: SchemaName): { catalog: string; schema: string } {
  return { catalog: stored(catalog), schema: stored(schema) };
}

function named({ catalog, schema }: SchemaName, name: string | null | undefined): TableInfo {
  return {
    catalog_name: catalog,
    schema_name: schema,
    full_name: `${catalog}.${schema}.${name}`,
    ...text('name', name),
  };
}

function tableOf(place: SchemaName, row: Cells): TableInfo {
  const [name, type, format, owner, comment, location, created, altered] = row;
  return {
    ...{ ...named(place, name), ...text('table_type', type), ...text('owner', owner), ...text('comment', comment) },
    ...(format === 'UNKNOWN_DATA_SOURCE_FORMAT' ? {} : text('data_source_format', format)),
    ...{ ...text('storage_location', location), ...times(created, altered) },
  };
}

function inherited({ catalog, schema }: SchemaName, from: string | null | undefined): Record<string, string> {
  if (from === 'CATALOG') return { inherited_from_type: from, inherited_from_name: catalog };
  if (from === 'SCHEMA') return { inherited_from_type: from, inherited_from_name: `${catalog}.${schema}` };
  return from === undefined || from === null || from === 'NONE' ? {} : { inherited_from_type: from };
}

/** Places among the partition columns are counted from one here, and from zero over REST. */
function fromZero(columns: readonly ColumnInfo[]): void {
  const partitions = columns.filter((column) => column.partition_index !== undefined);
  partitions.sort((left, right) => (left.partition_index ?? 0) - (right.partition_index ?? 0));
  for (const [index, column] of partitions.entries()) column.partition_index = index;
}

function times(created: string | null | undefined, altered: string | null | undefined): Partial<TableInfo> {
  return { ...time('created_at', created), ...time('updated_at', altered) };
}

function time<Key extends string>(key: Key, value: string | null | undefined): Partial<Record<Key, number>> {
  const epoch = Date.parse(value ?? '');
  return Number.isNaN(epoch) ? {} : ({ [key]: epoch } as Record<Key, number>);
}

function text<Key extends string>(key: Key, value: string | null | undefined): Partial<Record<Key, string>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
}
