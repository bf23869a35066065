import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, createTable, DeltaEngine, DeltaTable, LocalStorage, type CreateTableOptions } from '@lakescope/delta';
import type { Principal } from '../../../identity/directory';
import {
  TableAlreadyExists,
  type EngineCatalog,
  type EngineCatalogEntry,
  type EngineGrant,
  type EnginePrivilege,
  type EngineSchemaEntry,
  type EngineTableEntry,
  type EngineVolumeEntry,
  type MissingPrivilege,
  type NameFilter,
  type NewTable,
  type TableName,
  type VolumePlace,
} from '../engine-catalog';
import { SqlEngine } from '../sql-engine';
import type { SqlParameter, SqlRequest, SqlRow } from '../sql-request';

const AUTHORED = { owner: 'owner', comment: '', createdAt: 1, createdBy: 'owner', updatedAt: 1, updatedBy: 'owner' };

/** Real Delta tables in a folder, a catalog over them, and two people: `owner` may do everything, `guest` what is granted. */
export class GivenLake implements EngineCatalog {
  readonly defaultCatalog = 'main';
  readonly granted = new Set<string>();
  /** The schemas whose tables the engine has asked for, and how many tables it was told of. */
  readonly listed: { schema: string; tables: number }[] = [];
  private readonly entries = new Map<string, EngineTableEntry>();
  private readonly schemaNames = new Set(['main.default', 'main.sales', 'secret.vault']);
  readonly engine: SqlEngine;

  private constructor(
    readonly directory: string,
    private readonly delta: DeltaEngine,
  ) {
    this.engine = new SqlEngine(this, {
      tableRoots: [join(directory, 'tables'), join(directory, 'volumes')],
      scratchDirectory: join(directory, 'scratch'),
    });
  }

  static async open(): Promise<GivenLake> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'lakescope-sql-')));
    await writeFile(join(directory, 'one-row.csv'), 'nothing\n0\n');
    const delta = await DeltaEngine.open({ cacheDirectory: join(directory, 'writer'), localRoots: [directory] });
    return new GivenLake(directory, delta);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.delta.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** A table with the rows of a query in DuckDB's SQL. */
  async given(fullName: string, query: string, options: CreateTableOptions = {}): Promise<void> {
    const storage = new LocalStorage(this.folder(fullName));
    const table = await createTable(this.delta, storage, { source: this.rows(query), ...options });
    const { schema, metadata } = await table.snapshot();
    this.register(fullName, { columns: schema.fields, partitionColumns: metadata.partitionColumns });
  }

  async append(fullName: string, query: string): Promise<void> {
    const table = await DeltaTable.open(this.delta, new LocalStorage(this.folder(fullName)));
    await append(this.delta, table, { source: this.rows(query) });
  }

  view(fullName: string, viewDefinition: string): void {
    this.register(fullName, { tableType: 'VIEW', viewDefinition, format: undefined, directory: undefined });
  }

  folder(fullName: string): string {
    return join(this.directory, 'tables', fullName);
  }

  volumeFolder(fullName: string): string {
    return join(this.directory, 'volumes', fullName);
  }

  person(name: string): Principal {
    return {
      kind: 'user',
      id: name,
      name,
      displayName: name,
      givenName: undefined,
      familyName: undefined,
      active: true,
      entitlements: [],
      memberships: [],
      groups: [],
    };
  }

  request(
    text: string,
    more: Partial<Omit<SqlRequest, 'parameters'>> & { parameters?: SqlParameter[] } = {},
  ): SqlRequest {
    return { text, parameters: [], caller: this.person('owner'), signal: new AbortController().signal, ...more };
  }

  /** All rows of a statement. */
  async sql(text: string, more: Parameters<GivenLake['request']>[1] = {}): Promise<SqlRow[]> {
    const result = await this.engine.run(this.request(text, more));
    try {
      const rows: SqlRow[] = [];
      for await (const chunk of result.chunks()) rows.push(...chunk);
      return rows;
    } finally {
      await result.close();
    }
  }

  /** `name TYPE` of each column. */
  async columns(text: string): Promise<string[]> {
    const result = await this.engine.run(this.request(text));
    await result.close();
    return result.columns.map((column) => `${column.name} ${column.typeText}`);
  }

  // What the engine asks:

  async catalogs(caller: Principal): Promise<readonly EngineCatalogEntry[]> {
    return ['main', 'secret']
      .filter((name) => this.may(caller, `USE CATALOG ${name}`))
      .map((name) => ({ name, ...AUTHORED }));
  }

  async schemas(caller: Principal, catalog: string, names?: NameFilter): Promise<readonly EngineSchemaEntry[]> {
    if (!this.may(caller, `USE CATALOG ${catalog}`)) return [];
    return [...this.schemaNames]
      .filter((name) => name.startsWith(`${catalog}.`) && this.may(caller, `USE SCHEMA ${name}`))
      .map((name) => ({ catalog, name: name.slice(catalog.length + 1), ...AUTHORED }))
      .filter(({ name }) => names?.fits(name) ?? true);
  }

  async tables(
    caller: Principal,
    catalog: string,
    schema: string,
    names?: NameFilter,
  ): Promise<readonly EngineTableEntry[]> {
    const found = [...this.entries.values()].filter(
      (entry) =>
        (names?.fits(entry.name) ?? true) &&
        entry.catalog === catalog &&
        entry.schema === schema &&
        this.may(caller, `SELECT ${entry.catalog}.${entry.schema}.${entry.name}`),
    );
    this.listed.push({ schema: `${catalog}.${schema}`, tables: found.length });
    return found;
  }

  async volumes(): Promise<readonly EngineVolumeEntry[]> {
    return [];
  }

  async grants(caller: Principal): Promise<readonly EngineGrant[]> {
    return [{ grantee: caller.name, privilege: 'SELECT', inheritedFrom: 'NONE' }];
  }

  async hasCatalog(catalog: string): Promise<boolean> {
    return ['main', 'secret'].includes(catalog.toLowerCase());
  }

  async hasSchema(catalog: string, schema: string): Promise<boolean> {
    return this.schemaNames.has(`${catalog}.${schema}`.toLowerCase());
  }

  async table(name: TableName): Promise<EngineTableEntry | undefined> {
    return this.entries.get(fullNameOf(name));
  }

  async missing(caller: Principal, privilege: EnginePrivilege, name: TableName): Promise<MissingPrivilege | undefined> {
    const schema = `${name.catalog}.${name.schema}`.toLowerCase();
    const chain: MissingPrivilege[] = [
      { privilege: 'USE CATALOG', type: 'Catalog', fullName: name.catalog.toLowerCase() },
      { privilege: 'USE SCHEMA', type: 'Schema', fullName: schema },
      privilege === 'CREATE_TABLE'
        ? { privilege: 'CREATE TABLE', type: 'Schema', fullName: schema }
        : { privilege, type: 'Table', fullName: fullNameOf(name) },
    ];
    return chain.find((link) => !this.may(caller, `${link.privilege} ${link.fullName}`));
  }

  async principal(name: string): Promise<Principal | undefined> {
    return this.person(name);
  }

  async createTable(caller: Principal, table: NewTable, write: (directory: string) => Promise<void>): Promise<void> {
    const fullName = fullNameOf(table.name);
    if (this.entries.has(fullName)) throw new TableAlreadyExists(fullName);
    await write(this.folder(fullName));
    this.register(fullName, { columns: table.columns, partitionColumns: table.partitionColumns, owner: caller.name });
  }

  async dropTable(_caller: Principal, name: TableName): Promise<void> {
    this.entries.delete(fullNameOf(name));
  }

  async volumePath(caller: Principal, path: string): Promise<VolumePlace | MissingPrivilege | undefined> {
    const [, catalog, schema, volume, ...rest] = path.split('/').filter((segment) => segment !== '');
    if (rest.includes('..')) return undefined;
    const fullName = `${catalog}.${schema}.${volume}`.toLowerCase();
    if (!this.may(caller, `READ VOLUME ${fullName}`)) return { privilege: 'READ VOLUME', type: 'Volume', fullName };
    const root = this.volumeFolder(fullName);
    return { name: `/Volumes/${fullName.replaceAll('.', '/')}`, root, path: join(root, ...rest) };
  }

  async tableChanged(): Promise<void> {
    // The entries of this catalog hold nothing that a write changes.
  }

  private may(caller: Principal, what: string): boolean {
    return caller.name === 'owner' || this.granted.has(what);
  }

  private register(fullName: string, more: Partial<EngineTableEntry>): void {
    const [catalog = '', schema = '', name = ''] = fullName.split('.');
    this.entries.set(fullName, {
      ...AUTHORED,
      catalog,
      schema,
      name,
      tableId: fullName,
      tableType: 'MANAGED',
      format: 'DELTA',
      storageLocation: `s3://lake/${fullName}`,
      directory: this.folder(fullName),
      viewDefinition: undefined,
      columns: [],
      partitionColumns: [],
      ...more,
    });
  }

  private rows(query: string): { files: string[]; format: 'csv'; query: string } {
    return { files: [join(this.directory, 'one-row.csv')], format: 'csv', query };
  }
}

function fullNameOf({ catalog, schema, table }: TableName): string {
  return `${catalog}.${schema}.${table}`.toLowerCase();
}
