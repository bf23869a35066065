import { PlatformError, type EffectiveAssignment, type Page, type UnityCatalogApi } from '@lakescope/databricks-client';
import type { CatalogInfo, SchemaInfo, TableInfo, VolumeInfo } from '@lakescope/databricks-wire';
import type { UserCaller } from '@lakescope/server-http';
import type { CatalogSource, FoundGrants, NamedObject, PageAsk, SchemaName, TableName } from '../catalog-source';
import { inParallel } from './in-parallel';

/** Tables with all columns that one answer of the platform may hold: a table of 2,000 columns takes about a megabyte of JSON. */
const TABLES_AT_ONCE = 20;
const SUMMARIES_AT_ONCE = 10_000;
/** Lists of volumes that are asked for at the same time, for one search. */
const VOLUME_LISTS_AT_ONCE = 8;

/** Browses over the REST API of Unity Catalog, which takes a token with the scope `unity-catalog`. */
export class RestCatalog implements CatalogSource {
  readonly via = 'rest';

  constructor(
    private readonly api: UnityCatalogApi,
    private readonly caller: UserCaller,
  ) {}

  catalogs(ask: PageAsk): Promise<Page<CatalogInfo>> {
    return this.api.listCatalogsPage(options(ask));
  }

  schemas(catalog: string, ask: PageAsk): Promise<Page<SchemaInfo>> {
    return this.api.listSchemasPage(catalog, options(ask));
  }

  volumes({ catalog, schema }: SchemaName, ask: PageAsk): Promise<Page<VolumeInfo>> {
    return this.api.listVolumesPage(catalog, schema, options(ask));
  }

  tableNames({ catalog, schema }: SchemaName, ask: PageAsk): Promise<Page<TableInfo>> {
    return this.api.listTablesPage(catalog, schema, { ...options(ask), namesOnly: true, includeBrowse: true });
  }

  tables({ catalog, schema }: SchemaName, ask: PageAsk): Promise<Page<TableInfo>> {
    const size = Math.min(ask.size, TABLES_AT_ONCE);
    return this.api.listTablesPage(catalog, schema, { ...options({ ...ask, size }), includeBrowse: true });
  }

  table({ catalog, schema, table }: TableName, signal: AbortSignal): Promise<TableInfo> {
    return this.api.getTable(`${catalog}.${schema}.${table}`, { signal, includeBrowse: true });
  }

  async grants({ catalog, schema, table }: TableName, signal: AbortSignal): Promise<FoundGrants> {
    const fullName = `${catalog}.${schema}.${table}`;
    const all = await this.assignments(fullName, { signal });
    if (all !== undefined) return { assignments: all, access: 'unfiltered' };
    // Some may not know of others, but everybody may know of themselves.
    const own = await this.assignments(fullName, { signal, principal: this.caller.userId });
    return own === undefined ? { assignments: [], access: 'denied' } : { assignments: own, access: 'own' };
  }

  async *tablesOfCatalog(catalog: string, signal: AbortSignal): AsyncIterable<readonly NamedObject[]> {
    let pageToken: string | undefined;
    do {
      const page = await this.api.listTableSummariesPage(
        catalog,
        options({ pageToken, size: SUMMARIES_AT_ONCE, signal }),
      );
      yield page.items.flatMap(({ full_name = '' }) => {
        const [, schema, name] = full_name.split('.');
        return schema === undefined || name === undefined ? [] : [{ catalog, schema, name }];
      });
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined && pageToken !== '');
  }

  volumesOfCatalog(
    catalog: string,
    schemas: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<readonly NamedObject[]> {
    return inParallel(schemas, VOLUME_LISTS_AT_ONCE, (schema) => this.volumesOf({ catalog, schema }, signal));
  }

  private async volumesOf({ catalog, schema }: SchemaName, signal: AbortSignal): Promise<readonly NamedObject[]> {
    const found: NamedObject[] = [];
    try {
      for await (const { name, comment } of this.api.listVolumes(catalog, schema, { signal })) {
        if (name !== undefined) found.push({ catalog, schema, name, comment });
      }
    } catch (error) {
      // The schema was listed and may not be looked into, or is gone by now: the others are none the worse for it.
      if (!isRefusal(error)) throw error;
    }
    return found;
  }

  private async assignments(
    fullName: string,
    ask: { signal: AbortSignal; principal?: string },
  ): Promise<FoundGrants['assignments'] | undefined> {
    try {
      const found: EffectiveAssignment[] = [];
      for await (const one of this.api.listEffectivePermissions('TABLE', fullName, ask)) found.push(one);
      return found;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

function options({ pageToken, size, signal }: PageAsk): {
  pageToken?: string;
  maxResults: number;
  signal: AbortSignal;
} {
  return { ...(pageToken === undefined ? {} : { pageToken }), maxResults: size, signal };
}

function isRefusal(error: unknown): boolean {
  return error instanceof PlatformError && (error.kind === 'permission_denied' || error.kind === 'not_found');
}
