import { PlatformError } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogPermissionDenied } from './browse.errors';
import type { CatalogPage, SchemaPage, TableNamePage, TablePage, VolumePage } from './browse-page.dto';
import type { ListCatalogsQuery, ListSchemasQuery, ListTablesQuery, ListVolumesQuery } from './browse-query.dto';
import { CatalogDto } from './catalog.dto';
import { CatalogLists, type ListAsk } from './catalog-lists';
import { SchemaDto } from './schema.dto';
import { TableNameDto } from './table-name.dto';
import { CatalogTableDto } from './catalog-table.dto';
import { VolumeDto } from './volume.dto';

/** Browses Unity Catalog as the caller: the platform decides what may be seen. */
@Injectable()
export class CatalogBrowser {
  constructor(private readonly lists: CatalogLists) {}

  async listCatalogs(caller: UserCaller, query: ListCatalogsQuery, signal: AbortSignal): Promise<CatalogPage> {
    const page = await this.lists
      .read(caller, asked('catalogs', query), signal, (source, ask) => source.catalogs(ask))
      .catch(
        explained(caller, 'the catalogs', 'Ask an administrator of the metastore for USE CATALOG on those you need'),
      );
    return { ...page, items: page.items.map((item) => CatalogDto.from(item)) };
  }

  async listSchemas(caller: UserCaller, query: ListSchemasQuery, signal: AbortSignal): Promise<SchemaPage> {
    const { catalog } = query;
    const page = await this.lists
      .read(caller, asked(`schemas ${catalog}`, query), signal, (source, ask) => source.schemas(catalog, ask))
      .catch(
        explained(
          caller,
          `the schemas of catalog ${catalog}`,
          'Ask the owner of the catalog for USE CATALOG and USE SCHEMA on it',
        ),
      );
    return { ...page, items: page.items.map((item) => SchemaDto.from(item)) };
  }

  async listVolumes(caller: UserCaller, query: ListVolumesQuery, signal: AbortSignal): Promise<VolumePage> {
    const name = `${query.catalog}.${query.schema}`;
    const page = await this.lists
      .read(caller, asked(`volumes ${name}`, query), signal, (source, ask) => source.volumes(query, ask))
      .catch(
        explained(
          caller,
          `the volumes of schema ${name}`,
          'Ask the owner of the schema for USE SCHEMA and READ VOLUME on it',
        ),
      );
    return { ...page, items: page.items.map((item) => VolumeDto.from(item)) };
  }

  async listTableNames(caller: UserCaller, query: ListTablesQuery, signal: AbortSignal): Promise<TableNamePage> {
    const name = `${query.catalog}.${query.schema}`;
    const page = await this.lists
      .read(caller, asked(`table-names ${name}`, query), signal, (source, ask) => source.tableNames(query, ask))
      .catch(explained(caller, ...tablesOf(name)));
    return { ...page, items: page.items.map((item) => TableNameDto.from(item)) };
  }

  async listTables(caller: UserCaller, query: ListTablesQuery, signal: AbortSignal): Promise<TablePage> {
    const name = `${query.catalog}.${query.schema}`;
    const page = await this.lists
      .read(caller, asked(`tables ${name}`, query), signal, (source, ask) => source.tables(query, ask))
      .catch(explained(caller, ...tablesOf(name)));
    return { ...page, items: page.items.map((item) => CatalogTableDto.from(item)) };
  }
}

function tablesOf(schema: string): [what: string, request: string] {
  return [`the tables of schema ${schema}`, 'Ask the owner of the schema for USE SCHEMA and SELECT on it'];
}

function asked(list: string, { limit, cursor, start_warehouse }: ListCatalogsQuery): ListAsk {
  return { list, limit, cursor, ...(start_warehouse === undefined ? {} : { start_warehouse }) };
}

/** "Permission denied" on a catalog object has a code of its own; everything else the platform says means the same everywhere. */
export function explained(caller: UserCaller, what: string, request: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof PlatformError && error.kind === 'permission_denied'
      ? new CatalogPermissionDenied(what, request, caller.userId, error)
      : error;
  };
}
