import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogPage, SchemaPage, VolumePage } from './browse-page.dto';
import type { ListCatalogsQuery, ListSchemasQuery, ListVolumesQuery } from './browse-query.dto';
import { CatalogDto } from './catalog.dto';
import { SchemaDto } from './schema.dto';
import { CatalogPermissionDenied } from './browse.errors';
import { UpstreamCursors } from '../upstream-cursors';
import { VolumeDto } from './volume.dto';

/** Browses Unity Catalog as the caller, over its REST API: the platform decides what may be seen. */
@Injectable()
export class CatalogBrowser {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly cursors: UpstreamCursors,
  ) {}

  async listCatalogs(caller: UserCaller, query: ListCatalogsQuery, signal: AbortSignal): Promise<CatalogPage> {
    const { unityCatalog } = this.databricks.asUser(caller);
    const page = await this.cursors
      .read(caller, { list: 'catalogs', ...paging(query) }, (pageToken, maxResults) =>
        unityCatalog.listCatalogsPage({ ...token(pageToken), maxResults, signal }),
      )
      .catch(explained('the catalogs', 'Ask an administrator of the metastore for USE CATALOG on those you need'));
    return { items: page.items.map((item) => CatalogDto.from(item)), next_cursor: page.next_cursor, via: 'rest' };
  }

  async listSchemas(caller: UserCaller, query: ListSchemasQuery, signal: AbortSignal): Promise<SchemaPage> {
    const { unityCatalog } = this.databricks.asUser(caller);
    const page = await this.cursors
      .read(caller, { list: `schemas ${query.catalog}`, ...paging(query) }, (pageToken, maxResults) =>
        unityCatalog.listSchemasPage(query.catalog, { ...token(pageToken), maxResults, signal }),
      )
      .catch(
        explained(
          `the schemas of catalog ${query.catalog}`,
          'Ask the owner of the catalog for USE CATALOG and USE SCHEMA on it',
        ),
      );
    return { items: page.items.map((item) => SchemaDto.from(item)), next_cursor: page.next_cursor, via: 'rest' };
  }

  async listVolumes(caller: UserCaller, query: ListVolumesQuery, signal: AbortSignal): Promise<VolumePage> {
    const { unityCatalog } = this.databricks.asUser(caller);
    const schema = `${query.catalog}.${query.schema}`;
    const page = await this.cursors
      .read(caller, { list: `volumes ${schema}`, ...paging(query) }, (pageToken, maxResults) =>
        unityCatalog.listVolumesPage(query.catalog, query.schema, { ...token(pageToken), maxResults, signal }),
      )
      .catch(
        explained(
          `the volumes of schema ${schema}`,
          'Ask the owner of the schema for USE SCHEMA and READ VOLUME on it',
        ),
      );
    return { items: page.items.map((item) => VolumeDto.from(item)), next_cursor: page.next_cursor, via: 'rest' };
  }
}

function paging({ limit, cursor }: ListCatalogsQuery): { limit: number; cursor: string | undefined } {
  return { limit, cursor };
}

function token(pageToken: string | undefined): { pageToken?: string } {
  return pageToken === undefined ? {} : { pageToken };
}

/** "Permission denied" on a catalog object has a code of its own; everything else the platform says means the same everywhere. */
function explained(what: string, request: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof PlatformError && error.kind === 'permission_denied'
      ? new CatalogPermissionDenied(what, request, error)
      : error;
  };
}
