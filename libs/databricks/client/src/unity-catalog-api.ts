import type {
  CatalogInfo,
  CreateVolumeRequest,
  EffectivePermissionsList,
  ListCatalogsResponse,
  ListSchemasResponse,
  ListTablesResponse,
  ListTableSummariesResponse,
  ListVolumesResponse,
  SchemaInfo,
  TableInfo,
  TableSummary,
  TemporaryTableCredentials,
  TemporaryTableCredentialsRequest,
  VolumeInfo,
} from '@lakescope/databricks-wire';
import { followPages, type Page } from './paging';
import type { Call, CallOptions, Credential, Transport } from './transport';

export interface PageOptions extends CallOptions {
  pageToken?: string;
  /** Left out, the server decides. */
  maxResults?: number;
}

/** What a list of tables holds besides their names; by default everything the platform gives by itself. */
export interface TablePageOptions extends PageOptions {
  /** Leaves out columns and properties: the pages are then larger and the answers much smaller. */
  namesOnly?: boolean;
  /** Lists also what the caller may only browse (`browse_only`). */
  includeBrowse?: boolean;
}

/** Who holds which privileges on something, its own and inherited ones. */
export type EffectiveAssignment = NonNullable<EffectivePermissionsList['privilege_assignments']>[number];

const BASE = '/api/2.1/unity-catalog';

/** Unity Catalog's browsing calls (`/api/2.1/unity-catalog`). Lists are silently filtered to what the caller may see. */
export class UnityCatalogApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  listCatalogs(options: CallOptions = {}): AsyncIterable<CatalogInfo> {
    return followPages((pageToken) => this.listCatalogsPage(withToken(options, pageToken)));
  }

  async listCatalogsPage(options: PageOptions = {}): Promise<Page<CatalogInfo>> {
    const page = await this.list<ListCatalogsResponse>('/catalogs', {}, options);
    return { items: page.catalogs ?? [], nextPageToken: page.next_page_token };
  }

  listSchemas(catalog: string, options: CallOptions = {}): AsyncIterable<SchemaInfo> {
    return followPages((pageToken) => this.listSchemasPage(catalog, withToken(options, pageToken)));
  }

  async listSchemasPage(catalog: string, options: PageOptions = {}): Promise<Page<SchemaInfo>> {
    const page = await this.list<ListSchemasResponse>('/schemas', { catalog_name: catalog }, options);
    return { items: page.schemas ?? [], nextPageToken: page.next_page_token };
  }

  listVolumes(catalog: string, schema: string, options: CallOptions = {}): AsyncIterable<VolumeInfo> {
    return followPages((pageToken) => this.listVolumesPage(catalog, schema, withToken(options, pageToken)));
  }

  async listVolumesPage(catalog: string, schema: string, options: PageOptions = {}): Promise<Page<VolumeInfo>> {
    const page = await this.list<ListVolumesResponse>(
      '/volumes',
      { catalog_name: catalog, schema_name: schema },
      options,
    );
    return { items: page.volumes ?? [], nextPageToken: page.next_page_token };
  }

  async listTablesPage(catalog: string, schema: string, options: TablePageOptions = {}): Promise<Page<TableInfo>> {
    const { namesOnly, includeBrowse, ...page } = options;
    const answer = await this.list<ListTablesResponse>(
      '/tables',
      {
        catalog_name: catalog,
        schema_name: schema,
        omit_columns: namesOnly,
        omit_properties: namesOnly,
        include_browse: includeBrowse,
      },
      page,
    );
    return { items: answer.tables ?? [], nextPageToken: answer.next_page_token };
  }

  /** Names and kinds of the tables of a whole catalog, in pages of up to 10,000. */
  async listTableSummariesPage(catalog: string, options: PageOptions = {}): Promise<Page<TableSummary>> {
    const page = await this.list<ListTableSummariesResponse>('/table-summaries', { catalog_name: catalog }, options);
    return { items: page.tables ?? [], nextPageToken: page.next_page_token };
  }

  getTable(fullName: string, options: CallOptions & { includeBrowse?: boolean } = {}): Promise<TableInfo> {
    const { includeBrowse, ...call } = options;
    return this.get(`/tables/${encodeURIComponent(fullName)}`, call, { include_browse: includeBrowse });
  }

  /**
   * Privileges on a securable, with where they are inherited from; `type` as the platform spells it, e.g. `TABLE`. Whoever does not
   * manage the securable may be refused unless they name themselves as the `principal`.
   */
  listEffectivePermissions(
    type: string,
    fullName: string,
    options: CallOptions & { principal?: string } = {},
  ): AsyncIterable<EffectiveAssignment> {
    const { principal, ...call } = options;
    const path = `/effective-permissions/${encodeURIComponent(type)}/${encodeURIComponent(fullName)}`;
    return followPages(async (pageToken) => {
      const page = await this.list<EffectivePermissionsList>(path, { principal }, withToken(call, pageToken));
      return { items: page.privilege_assignments ?? [], nextPageToken: page.next_page_token };
    });
  }

  getCatalog(name: string, options: CallOptions = {}): Promise<CatalogInfo> {
    return this.get(`/catalogs/${encodeURIComponent(name)}`, options);
  }

  getSchema(fullName: string, options: CallOptions = {}): Promise<SchemaInfo> {
    return this.get(`/schemas/${encodeURIComponent(fullName)}`, options);
  }

  getVolume(fullName: string, options: CallOptions = {}): Promise<VolumeInfo> {
    return this.get(`/volumes/${encodeURIComponent(fullName)}`, options);
  }

  /** A managed volume. One of the same name fails the call as `already_exists` or `conflict`. */
  createVolume(
    catalog: string,
    schema: string,
    name: string,
    { comment, ...options }: CallOptions & { comment?: string } = {},
  ): Promise<VolumeInfo> {
    const body: CreateVolumeRequest = {
      catalog_name: catalog,
      schema_name: schema,
      name,
      volume_type: 'MANAGED',
      ...(comment === undefined ? {} : { comment }),
    };
    return this.transport.json(this.credential, {
      ...options,
      method: 'POST',
      path: `${BASE}/volumes`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /**
   * Keys with which the files of one table can be read from the storage they lie in, for about an hour. It takes `EXTERNAL USE SCHEMA` on
   * its schema besides SELECT, and a metastore that lets programs outside of the platform in; else it fails as `permission_denied` or, as
   * the platform puts some refusals, as `unauthenticated`.
   */
  readTableCredentials(tableId: string, options: CallOptions = {}): Promise<TemporaryTableCredentials> {
    const body: TemporaryTableCredentialsRequest = { table_id: tableId, operation: 'READ' };
    return this.transport.json(this.credential, {
      ...options,
      method: 'POST',
      path: '/api/2.0/unity-catalog/temporary-table-credentials',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      idempotent: true,
    });
  }

  private get<T>(path: string, options: CallOptions, query: Call['query'] = {}): Promise<T> {
    return this.transport.json(this.credential, { ...options, method: 'GET', path: BASE + path, query });
  }

  private list<T>(path: string, query: Call['query'], options: PageOptions): Promise<T> {
    const { pageToken, maxResults, ...call } = options;
    return this.transport.json(this.credential, {
      ...call,
      method: 'GET',
      path: BASE + path,
      query: { ...query, max_results: maxResults, page_token: pageToken },
    });
  }
}

function withToken(options: CallOptions, pageToken: string | undefined): PageOptions {
  return pageToken === undefined ? options : { ...options, pageToken };
}
