import type { StructField } from '@lakescope/delta';
import type { Principal } from '../../identity/directory';

/** A three-part name; its parts compare without case. */
export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/** Who made a securable and when, in epoch milliseconds. */
interface Authored {
  readonly owner: string;
  readonly comment: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

export interface EngineCatalogEntry extends Authored {
  readonly name: string;
}

export interface EngineSchemaEntry extends Authored {
  readonly catalog: string;
  readonly name: string;
}

export interface EngineTableEntry extends Authored {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly tableId: string;
  readonly tableType: 'MANAGED' | 'EXTERNAL' | 'VIEW';
  /** `DELTA`, ...; undefined for views. */
  readonly format: string | undefined;
  /** As clients see it (`s3://...`); undefined for views. */
  readonly storageLocation: string | undefined;
  /** The folder with `_delta_log`; undefined for views and for tables that are not Delta. */
  readonly directory: string | undefined;
  /** The SELECT of a view. */
  readonly viewDefinition: string | undefined;
  /** Columns with Delta types, as the catalog shows them; the engine reads data by the table's own log. */
  readonly columns: readonly StructField[];
  readonly partitionColumns: readonly string[];
}

/** Which names of a list are asked for. */
export interface NameFilter {
  /** In lower case; undefined: any that fit. */
  readonly among: ReadonlySet<string> | undefined;
  fits(name: string): boolean;
}

export interface EngineVolumeEntry extends Authored {
  readonly name: string;
  readonly volumeType: 'MANAGED' | 'EXTERNAL';
  readonly storageLocation: string;
}

/** A privilege that somebody holds on a table. */
export interface EngineGrant {
  readonly grantee: string;
  readonly privilege: string;
  /** Where it was granted; `NONE`: on the table itself. */
  readonly inheritedFrom: string;
}

/** What a statement may need on a table, or on the schema that a table is to be created in. */
export type EnginePrivilege = 'SELECT' | 'MODIFY' | 'CREATE_TABLE' | 'MANAGE';

/** The first link of the chain that is missing: USE CATALOG before USE SCHEMA before the privilege itself. */
export interface MissingPrivilege {
  /** As messages say it: `USE CATALOG`, `SELECT`, ... */
  readonly privilege: string;
  readonly type: 'Catalog' | 'Schema' | 'Table' | 'Volume';
  readonly fullName: string;
}

/** A path of a volume on this machine; nothing may be there, or a link that leads out of the volume. */
export interface VolumePlace {
  /** The volume as clients call it: `/Volumes/catalog/schema/volume`. */
  readonly name: string;
  /** The volume's folder. */
  readonly root: string;
  readonly path: string;
}

export interface NewTable {
  readonly name: TableName;
  readonly columns: readonly StructField[];
  readonly partitionColumns: readonly string[];
  readonly comment: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * What the SQL engine asks of Unity Catalog. Lists hold only what the caller may see, silently; what is not there is
 * undefined. Rights are asked for before existence, because a refusal must not tell whether a table is there.
 */
export interface EngineCatalog {
  /** The catalog of requests that name none. */
  readonly defaultCatalog: string;
  catalogs(caller: Principal): Promise<readonly EngineCatalogEntry[]>;
  schemas(caller: Principal, catalog: string, names?: NameFilter): Promise<readonly EngineSchemaEntry[]>;
  tables(caller: Principal, catalog: string, schema: string, names?: NameFilter): Promise<readonly EngineTableEntry[]>;
  volumes(caller: Principal, catalog: string, schema: string): Promise<readonly EngineVolumeEntry[]>;
  /** Of a table the caller may see; whoever does not manage it learns only about himself and his groups. */
  grants(caller: Principal, table: EngineTableEntry): Promise<readonly EngineGrant[]>;

  /** Whatever the caller's rights are. */
  hasCatalog(catalog: string): Promise<boolean>;
  /** Whatever the caller's rights are. */
  hasSchema(catalog: string, schema: string): Promise<boolean>;
  /** Whatever the caller's rights are. */
  table(name: TableName): Promise<EngineTableEntry | undefined>;

  /**
   * What the caller lacks for this, or undefined. Of a name that does not exist, the links that do exist are judged.
   * CREATE_TABLE is asked for on the schema of the name.
   */
  missing(caller: Principal, privilege: EnginePrivilege, name: TableName): Promise<MissingPrivilege | undefined>;

  /** Somebody who owns a view: what a view reads is read with its owner's rights. */
  principal(name: string): Promise<Principal | undefined>;

  /**
   * Reserves an empty folder, lets `write` put the Delta table into it and registers the table when that has succeeded,
   * owned by the caller. When `write` fails the folder is removed and nothing is registered. Rejects with
   * `TableAlreadyExists` when somebody else was faster. Rights were asked for before.
   */
  createTable(caller: Principal, table: NewTable, write: (directory: string) => Promise<void>): Promise<void>;

  /** Rights were asked for before. */
  dropTable(caller: Principal, name: TableName): Promise<void>;

  /**
   * Where a path of a volume (`/Volumes/...`) leads, for whoever may read the volume. Undefined when it names no volume, or
   * leads out of it. Rights come before existence.
   */
  volumePath(caller: Principal, path: string): Promise<VolumePlace | MissingPrivilege | undefined>;

  /** A write has changed the table; its `updatedAt` and, where they differ, its columns follow. */
  tableChanged(caller: Principal, name: TableName): Promise<void>;
}

/** Somebody else created a table of this name between the check and the registration. */
export class TableAlreadyExists extends Error {
  override readonly name = 'TableAlreadyExists';

  constructor(readonly fullName: string) {
    super(`Table '${fullName}' already exists`);
  }
}
