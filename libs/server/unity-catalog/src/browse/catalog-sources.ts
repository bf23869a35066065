import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ResultWays } from '../queries/result-ways';
import { WarehouseState } from '../queries/warehouse-state';
import type { Via } from './browse-page.dto';
import type { CatalogSource } from './catalog-source';
import { RestCatalog } from './rest/rest-catalog';
import { ScopeMemory } from './scope-memory';
import { CatalogStatements } from './sql/catalog-statements';
import { SqlCatalog } from './sql/sql-catalog';

/** How a caller wants to be answered. */
export interface BrowseAsk {
  readonly signal: AbortSignal;
  /** Whether SQL may start a warehouse that is stopped, which costs money. */
  readonly startWarehouse: boolean;
  /** The way the page before went: a list that was begun on one goes on there. */
  readonly begun?: Via | undefined;
}

/**
 * Finds the way by which a caller may browse: the REST API of Unity Catalog, or, for tokens without the scope it takes, SQL. Many apps
 * cannot get that scope for their users.
 */
@Injectable()
export class CatalogSources {
  private readonly withoutRest = new ScopeMemory();

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly warehouse: WarehouseState,
    private readonly ways: ResultWays,
  ) {}

  /** Does `work` by the first way that the caller's token is good for; it is begun anew when the first was refused. */
  async ask<T>(caller: UserCaller, ask: BrowseAsk, work: (source: CatalogSource) => Promise<T>): Promise<T> {
    if (ask.begun === 'sql' || this.withoutRest.isRefused(caller)) {
      try {
        return await this.bySql(caller, ask, work);
      } catch (error) {
        if (!isScopeMissing(error)) throw error;
        this.withoutRest.forget(caller);
      }
    }
    try {
      return await work(new RestCatalog(this.databricks.asUser(caller).unityCatalog, caller));
    } catch (error) {
      if (!isScopeMissing(error) || !this.warehouse.isConfigured) throw error;
      return this.insteadOf(error, caller, ask, work);
    }
  }

  private async insteadOf<T>(
    refusal: unknown,
    caller: UserCaller,
    ask: BrowseAsk,
    work: (source: CatalogSource) => Promise<T>,
  ): Promise<T> {
    this.withoutRest.refused(caller);
    try {
      return await this.bySql(caller, ask, work);
    } catch (error) {
      if (isScopeMissing(error)) this.withoutRest.forget(caller);
      // Neither way is open: the scope of the better one is the one to add.
      throw isScopeMissing(error) ? refusal : error;
    }
  }

  private async bySql<T>(caller: UserCaller, ask: BrowseAsk, work: (source: CatalogSource) => Promise<T>): Promise<T> {
    await this.warehouse.permit(caller, ask.startWarehouse);
    const { databricks, ways } = this;
    const place = { databricks, ways, warehouseId: this.warehouse.id };
    return work(new SqlCatalog(new CatalogStatements(place, caller)));
  }
}

function isScopeMissing(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'scope_missing';
}
