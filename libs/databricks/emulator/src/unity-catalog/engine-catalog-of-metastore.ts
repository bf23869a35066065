import { join } from 'node:path';
import type { Directory, Principal } from '../identity/directory';
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
} from '../sql/engine/engine-catalog';
import { columnInfosOf, partitionColumnsOf, structFieldsOf } from './column-types';
import { SecurableExists, type Metastore } from './metastore';
import { Permissions } from './permissions';
import { wordsOf, type Privilege } from './privileges';
import type { Rights } from './rights';
import { ancestry, nameOf, wordOf, type Securable } from './securables';
import { asTable } from './table-details';
import { readColumns } from './table-schema';

const DELTA = 'DELTA';

/** A link of the chain from the catalog down. */
interface Needed {
  readonly privilege: Privilege;
  readonly type: 'CATALOG' | 'SCHEMA' | 'TABLE' | 'VOLUME';
  readonly fullName: string;
}

/** Unity Catalog as the SQL engine asks it: with the same rights as over REST. */
export class EngineCatalogOfMetastore implements EngineCatalog {
  constructor(
    private readonly metastore: Metastore,
    private readonly rights: Rights,
    private readonly directory: Directory,
  ) {}

  get defaultCatalog(): string {
    return this.metastore.children('CATALOG')[0]?.fullName ?? '';
  }

  async catalogs(caller: Principal): Promise<readonly EngineCatalogEntry[]> {
    return this.metastore
      .children('CATALOG')
      .filter((catalog) => this.rights.sees(caller, catalog))
      .map(entryOf);
  }

  async schemas(caller: Principal, catalog: string, names?: NameFilter): Promise<readonly EngineSchemaEntry[]> {
    const parent = this.metastore.find('CATALOG', catalog);
    if (parent === undefined || !this.rights.sees(caller, parent)) return [];
    return this.children('SCHEMA', parent, names)
      .filter((schema) => this.rights.sees(caller, schema))
      .map((schema) => ({ ...entryOf(schema), catalog: parent.fullName }));
  }

  async tables(
    caller: Principal,
    catalog: string,
    schema: string,
    names?: NameFilter,
  ): Promise<readonly EngineTableEntry[]> {
    const parent = this.metastore.find('SCHEMA', `${catalog}.${schema}`);
    if (parent === undefined) return [];
    if (!ancestry(parent).every((level) => this.rights.sees(caller, level))) return [];
    return this.children('TABLE', parent, names)
      .filter((table) => this.rights.sees(caller, table))
      .map((table) => this.tableEntry(table));
  }

  async volumes(caller: Principal, catalog: string, schema: string): Promise<readonly EngineVolumeEntry[]> {
    const parent = this.metastore.find('SCHEMA', `${catalog}.${schema}`);
    if (parent === undefined) return [];
    if (!ancestry(parent).every((level) => this.rights.sees(caller, level))) return [];
    return this.metastore
      .children('VOLUME', parent.fullName)
      .filter((volume) => this.rights.sees(caller, volume))
      .map((volume) => ({
        ...entryOf(volume),
        volumeType: volume.volumeType ?? 'MANAGED',
        storageLocation: this.metastore.places.locationOfVolume(volume),
      }));
  }

  async grants(caller: Principal, table: EngineTableEntry): Promise<readonly EngineGrant[]> {
    const found = this.metastore.find('TABLE', `${table.catalog}.${table.schema}.${table.name}`);
    if (found === undefined) return [];
    const permissions = new Permissions(this.metastore, this.rights, this.directory);
    const { privilege_assignments: assignments = [] } = permissions.effective(caller, found, undefined);
    return assignments.flatMap(({ principal = '', privileges = [] }) =>
      privileges.map(({ privilege = '', inherited_from_type: inheritedFrom = 'NONE' }) => ({
        ...{ grantee: principal, privilege, inheritedFrom },
      })),
    );
  }

  async hasCatalog(catalog: string): Promise<boolean> {
    return this.metastore.find('CATALOG', catalog) !== undefined;
  }

  async hasSchema(catalog: string, schema: string): Promise<boolean> {
    return this.metastore.find('SCHEMA', `${catalog}.${schema}`) !== undefined;
  }

  async table(name: TableName): Promise<EngineTableEntry | undefined> {
    const table = this.metastore.find('TABLE', fullNameOf(name));
    return table === undefined ? undefined : this.tableEntry(table);
  }

  async missing(caller: Principal, privilege: EnginePrivilege, name: TableName): Promise<MissingPrivilege | undefined> {
    const schema = `${name.catalog}.${name.schema}`.toLowerCase();
    const last: Needed =
      privilege === 'CREATE_TABLE'
        ? { privilege, type: 'SCHEMA', fullName: schema }
        : { privilege, type: 'TABLE', fullName: fullNameOf(name) };
    return this.firstMissing(caller, [
      { privilege: 'USE_CATALOG', type: 'CATALOG', fullName: name.catalog.toLowerCase() },
      { privilege: 'USE_SCHEMA', type: 'SCHEMA', fullName: schema },
      last,
    ]);
  }

  async principal(name: string): Promise<Principal | undefined> {
    return this.directory.find(name);
  }

  async createTable(caller: Principal, table: NewTable, write: (directory: string) => Promise<void>): Promise<void> {
    const { columns, partitionColumns, comment, properties } = table;
    const fullName = fullNameOf(table.name);
    try {
      await this.metastore.createTable(
        fullName,
        { tableType: 'MANAGED', format: DELTA, columns: columnInfosOf(columns, partitionColumns) },
        { owner: caller.name, comment, properties, write },
      );
    } catch (error) {
      if (error instanceof SecurableExists) throw new TableAlreadyExists(fullName);
      throw error;
    }
  }

  async dropTable(_caller: Principal, name: TableName): Promise<void> {
    const table = this.metastore.find('TABLE', fullNameOf(name));
    if (table !== undefined) await this.metastore.drop(table);
  }

  async volumePath(caller: Principal, path: string): Promise<VolumePlace | MissingPrivilege | undefined> {
    const segments = path.split('/').filter((segment) => segment !== '');
    const [root, catalog = '', schema = '', volumeName = '', ...rest] = segments;
    const isTrick = rest.some((segment) => segment === '.' || segment === '..' || segment.includes('\0'));
    if (!path.startsWith('/') || root !== 'Volumes' || volumeName === '' || isTrick) return undefined;
    const schemaName = `${catalog}.${schema}`.toLowerCase();
    const fullName = `${schemaName}.${volumeName}`.toLowerCase();
    const missing = this.firstMissing(caller, [
      { privilege: 'USE_CATALOG', type: 'CATALOG', fullName: catalog.toLowerCase() },
      { privilege: 'USE_SCHEMA', type: 'SCHEMA', fullName: schemaName },
      { privilege: 'READ_VOLUME', type: 'VOLUME', fullName },
    ]);
    if (missing !== undefined) return missing;
    const volume = this.metastore.find('VOLUME', fullName);
    if (volume === undefined) return undefined;
    const { directory } = this.metastore.directoryOf(volume);
    return { name: `/Volumes/${fullName.replaceAll('.', '/')}`, root: directory, path: join(directory, ...rest) };
  }

  async tableChanged(caller: Principal, name: TableName): Promise<void> {
    const fullName = fullNameOf(name);
    const known = this.metastore.tableOf(fullName);
    const folder = known === undefined ? undefined : this.metastore.directoryOfTable(known);
    const columns = folder === undefined ? undefined : await readColumns(folder);
    // It may have been dropped or changed while its log was read.
    const table = this.metastore.find('TABLE', fullName);
    if (table === undefined || table.id !== known?.id) return;
    const details = { ...asTable(table).details, ...(columns !== undefined && { columns }) };
    await this.metastore.update(table, { details: JSON.stringify(details) }, caller.name);
  }

  /** From the catalog down. */
  private firstMissing(caller: Principal, chain: readonly Needed[]): MissingPrivilege | undefined {
    const lacking = chain.find((needed) => this.lacks(caller, needed));
    if (lacking === undefined) return undefined;
    return { privilege: wordsOf(lacking.privilege), type: wordOf(lacking.type), fullName: lacking.fullName };
  }

  /** Looked up one by one where their names are known. */
  private children(type: 'SCHEMA' | 'TABLE', parent: Securable, names: NameFilter | undefined): readonly Securable[] {
    if (names === undefined) return this.metastore.children(type, parent.fullName);
    const found =
      names.among === undefined
        ? this.metastore.children(type, parent.fullName)
        : [...names.among].flatMap((name) => this.metastore.find(type, `${parent.fullName}.${name}`) ?? []);
    return found.filter((child) => names.fits(nameOf(child)));
  }

  private lacks(caller: Principal, needed: Needed): boolean {
    if (this.metastore.find(needed.type, needed.fullName) === undefined) return false;
    if (needed.privilege === 'MANAGE') return !this.rights.manages(caller, needed);
    return !this.rights.may(caller, needed.privilege, needed);
  }

  private tableEntry(securable: Securable): EngineTableEntry {
    const table = asTable(securable);
    const { tableType, format, columns, viewDefinition } = table.details;
    const [catalog = '', schema = ''] = securable.fullName.split('.');
    const { metastore } = this;
    return {
      ...entryOf(securable),
      catalog,
      schema,
      tableId: securable.id,
      tableType,
      format,
      storageLocation: metastore.places.locationOf(table),
      viewDefinition,
      // Worked out when they are asked for: lists of a hundred thousand tables mostly show names.
      get directory() {
        return format === DELTA ? metastore.directoryOfTable(table) : undefined;
      },
      get columns() {
        return structFieldsOf(columns);
      },
      get partitionColumns() {
        return partitionColumnsOf(columns);
      },
    };
  }
}

function fullNameOf({ catalog, schema, table }: TableName): string {
  return `${catalog}.${schema}.${table}`.toLowerCase();
}

function entryOf(securable: Securable): EngineCatalogEntry {
  const { owner, comment, createdAt, createdBy, updatedAt = createdAt, updatedBy = createdBy } = securable;
  return { name: nameOf(securable), owner, comment, createdAt, createdBy, updatedAt, updatedBy };
}
