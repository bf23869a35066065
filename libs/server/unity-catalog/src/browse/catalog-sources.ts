import { DatabricksClients } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { Via } from './browse-page.dto';
import type { CatalogSource } from './catalog-source';
import { RestCatalog } from './rest/rest-catalog';

/** How a caller wants to be answered. */
export interface BrowseAsk {
  readonly signal: AbortSignal;
  readonly startWarehouse: boolean;
  /** The way the page before went: a list that was begun on one goes on there. */
  readonly begun?: Via | undefined;
}

/** Finds the way by which a caller may browse. */
@Injectable()
export class CatalogSources {
  constructor(private readonly databricks: DatabricksClients) {}

  /** Does `work` by the first way that the caller's token is good for. */
  ask<T>(caller: UserCaller, _ask: BrowseAsk, work: (source: CatalogSource) => Promise<T>): Promise<T> {
    return work(new RestCatalog(this.databricks.asUser(caller).unityCatalog, caller));
  }
}
