import { DatabricksClients, PlatformError, type PlatformErrorKind } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogPermissionDenied, TableNotFound } from '../browse/browse.errors';
import { tokenKey } from '../browse/token-key';
import { quotedTable } from './sql-names';
import type { TableColumn, TableQuery } from './table-select';

type TableName = Pick<TableQuery, 'catalog' | 'schema' | 'table'>;

/** Somebody pages through a table: its columns are not asked for with each page. A column that is gone fails the statement, which says so. */
const KNOWN_FOR_MS = 30_000;
const TABLES_KEPT = 500;
/** Catalog browsing wants a scope that many apps do not get: who has been refused is not tried again for a while. */
const WITHOUT_REST_MS = 60_000;
const NOT_BY_REST: ReadonlySet<PlatformErrorKind> = new Set(['scope_missing', 'endpoint_not_found']);

/** What columns a table has, as far as that can be told without the warehouse. */
@Injectable()
export class TableColumns {
  private readonly known = new Map<string, { until: number; columns: readonly TableColumn[] }>();
  private readonly withoutRest = new Map<string, number>();

  constructor(private readonly databricks: DatabricksClients) {}

  /**
   * Undefined when only SQL can tell the caller. Throws TableNotFound, or CatalogPermissionDenied with what to ask for; and
   * InvalidQuery for names that no table has.
   */
  async ask(caller: UserCaller, table: TableName, signal?: AbortSignal): Promise<readonly TableColumn[] | undefined> {
    // Before anything is asked with these names.
    quotedTable(table);
    const key = keyOf(caller, table);
    const known = this.known.get(key);
    if (known !== undefined && performance.now() < known.until) return known.columns;
    if (performance.now() < (this.withoutRest.get(tokenKey(caller)) ?? 0)) return undefined;
    const fullName = `${table.catalog}.${table.schema}.${table.table}`;
    try {
      const options = signal === undefined ? {} : { signal };
      const { columns = [] } = await this.databricks.asUser(caller).unityCatalog.getTable(fullName, options);
      const named = columns.flatMap(({ name, type_text: typeText }) =>
        name === undefined || typeText === undefined ? [] : [{ name, typeText }],
      );
      // Some kinds of tables are listed without columns.
      if (named.length === 0) return undefined;
      this.remember(caller, table, named);
      return named;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (NOT_BY_REST.has(error.kind)) {
        if (this.withoutRest.size >= TABLES_KEPT) this.withoutRest.clear();
        this.withoutRest.set(tokenKey(caller), performance.now() + WITHOUT_REST_MS);
        return undefined;
      }
      if (error.kind === 'not_found') throw new TableNotFound(fullName, error);
      if (error.kind === 'permission_denied') {
        const request = 'Ask its owner for SELECT on it, and for USE CATALOG and USE SCHEMA above it';
        throw new CatalogPermissionDenied(`the table ${fullName}`, request, caller.userId, error);
      }
      throw error;
    }
  }

  remember(caller: UserCaller, table: TableName, columns: readonly TableColumn[]): void {
    if (this.known.size >= TABLES_KEPT) this.known.clear();
    this.known.set(keyOf(caller, table), { until: performance.now() + KNOWN_FOR_MS, columns });
  }

  /** A statement failed on them. */
  forget(caller: UserCaller, table: TableName): void {
    this.known.delete(keyOf(caller, table));
  }
}

function keyOf(caller: UserCaller, { catalog, schema, table }: TableName): string {
  return JSON.stringify([tokenKey(caller), catalog, schema, table]);
}
