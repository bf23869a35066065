import type {
  CatalogInfo,
  CreateVolumeRequest,
  ListCatalogsResponse,
  ListSchemasResponse,
  ListVolumesResponse,
  SchemaInfo,
  VolumeInfo,
} from '@lakescope/databricks-wire';
import { followPages, type Page } from './paging';
import type { CallOptions, Credential, Transport } from './transport';

export interface PageOptions extends CallOptions {
  pageToken?: string;
  /** Left out, the server decides. */
  maxResults?: number;
}

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

  private get<T>(path: string, options: CallOptions): Promise<T> {
    return this.transport.json(this.credential, { ...options, method: 'GET', path: BASE + path });
  }

  private list<T>(path: string, query: Record<string, string>, options: PageOptions): Promise<T> {
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
