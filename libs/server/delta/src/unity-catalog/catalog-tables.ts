import { DatabricksClients, PlatformError, type TableInfo } from '@lakescope/databricks-client';
import type { Storage } from '@lakescope/delta';
import { UserCaller } from '@lakescope/server-http';
import { CatalogPermissionDenied, CatalogTableNotFound } from '@lakescope/server-unity-catalog';
import { Injectable } from '@nestjs/common';
import { DirectAccessRequired, NotADeltaTable, NotReadDirectly } from './direct-access.errors';
import type { TableName } from './table-name';
import { VendedStorage } from './vended-storage';

/** A table of the catalog that can be read directly, or why it cannot. */
export type FoundTable = { readonly storage: Storage } | { readonly refusal: Error };

const VIEWS: Readonly<Record<string, string>> = {
  VIEW: 'a view',
  MATERIALIZED_VIEW: 'a materialized view',
  METRIC_VIEW: 'a metric view',
};
/** Who is refused keys for other reasons than these has asked for a table that is not theirs to read. */
const NO_KEYS: ReadonlySet<string> = new Set(['permission_denied', 'unauthenticated', 'bad_request']);
/** The token is not good for the catalog's REST API, and may still be for SQL. */
const NOT_BY_REST: ReadonlySet<string> = new Set(['scope_missing', 'endpoint_not_found']);

/** Tables of Unity Catalog, found and opened with the rights of the caller, who is asked for anew with each request. */
@Injectable()
export class CatalogTables {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly storage: VendedStorage,
  ) {}

  /** Throws for what is not there, may not be seen or is no Delta table. */
  async find(caller: UserCaller, name: TableName, signal: AbortSignal): Promise<FoundTable> {
    let table: TableInfo;
    try {
      table = await this.databricks.asUser(caller).unityCatalog.getTable(name.toString(), { signal });
    } catch (error) {
      if (error instanceof PlatformError && NOT_BY_REST.has(error.kind)) return { refusal: error };
      throw explained(caller, name, error);
    }
    requireDelta(name, table);
    if (table.table_id === undefined) return { refusal: new NotReadDirectly(name, 'a place that is not told') };
    try {
      const opened = await this.storage.open(caller, table.table_id);
      return 'kind' in opened ? { refusal: new NotReadDirectly(name, opened.storage) } : { storage: opened };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (NOT_BY_REST.has(error.kind)) return { refusal: error };
      if (!NO_KEYS.has(error.kind)) throw error;
      return { refusal: new DirectAccessRequired(name, caller.userId, error) };
    }
  }
}

function requireDelta(name: TableName, { table_type: type = '', data_source_format: format }: TableInfo): void {
  const facts = { table_type: type, ...(format === undefined ? {} : { data_source_format: format }) };
  const view = VIEWS[type];
  if (view !== undefined) throw new NotADeltaTable(name, view, facts);
  if (type === 'FOREIGN') throw new NotADeltaTable(name, 'a table of another system', facts);
  if (format !== undefined && format.toUpperCase() !== 'DELTA') {
    throw new NotADeltaTable(name, `a table of the format ${format}`, facts);
  }
}

function explained(caller: UserCaller, name: TableName, error: unknown): unknown {
  if (!(error instanceof PlatformError)) return error;
  if (error.kind === 'not_found') return new CatalogTableNotFound(name.toString(), error);
  if (error.kind !== 'permission_denied') return error;
  const request = 'Ask its owner for SELECT on it, and for USE CATALOG and USE SCHEMA above it';
  return new CatalogPermissionDenied(`the table ${name}`, request, caller.userId, error);
}
