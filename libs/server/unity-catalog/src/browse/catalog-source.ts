import type { EffectiveAssignment, Page } from '@lakescope/databricks-client';
import type { CatalogInfo, SchemaInfo, TableInfo, VolumeInfo } from '@lakescope/databricks-wire';
import type { Via } from './browse-page.dto';

export interface SchemaName {
  readonly catalog: string;
  readonly schema: string;
}

export interface TableName extends SchemaName {
  readonly table: string;
}

/** A page of a list: from where, and how much of it. Tokens of one source mean nothing to the other. */
export interface PageAsk {
  readonly pageToken: string | undefined;
  readonly size: number;
  readonly signal: AbortSignal;
}

export interface FoundGrants {
  readonly assignments: readonly EffectiveAssignment[];
  /** Whether the platform gave those of everybody, as far as can be told. */
  readonly access: 'unfiltered' | 'own' | 'denied';
}

/** A table or a volume by its names: what search is made of. */
export interface NamedObject extends SchemaName {
  readonly name: string;
  readonly comment?: string | undefined;
}

/**
 * One way to browse Unity Catalog as one caller. Lists hold what the caller may see and nothing else; what they are asked of must be
 * there and usable, or the call fails with a `PlatformError`: `not_found`, `permission_denied`, `scope_missing` ...
 */
export interface CatalogSource {
  readonly via: Via;
  catalogs(ask: PageAsk): Promise<Page<CatalogInfo>>;
  schemas(catalog: string, ask: PageAsk): Promise<Page<SchemaInfo>>;
  volumes(schema: SchemaName, ask: PageAsk): Promise<Page<VolumeInfo>>;
  /** Tables with their names and kinds alone. */
  tableNames(schema: SchemaName, ask: PageAsk): Promise<Page<TableInfo>>;
  tables(schema: SchemaName, ask: PageAsk): Promise<Page<TableInfo>>;
  table(name: TableName, signal: AbortSignal): Promise<TableInfo>;
  /** Never fails for lack of rights. */
  grants(name: TableName, signal: AbortSignal): Promise<FoundGrants>;
  /** For search: the tables in all schemas of a catalog, in batches. */
  tablesOfCatalog(catalog: string, signal: AbortSignal): AsyncIterable<readonly NamedObject[]>;
  /** For search: the volumes in these schemas of a catalog, in batches. A schema that refuses to be listed has none. */
  volumesOfCatalog(
    catalog: string,
    schemas: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly NamedObject[]>;
}
