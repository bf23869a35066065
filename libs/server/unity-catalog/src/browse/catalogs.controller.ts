import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { CatalogPage, SchemaPage, VolumePage } from './browse-page.dto';
import { ListCatalogsQuery, ListSchemasQuery, ListVolumesQuery } from './browse-query.dto';
import { CatalogBrowser } from './catalog-browser';

/** Catalogs, schemas and volumes, as far as the caller's own rights reach. */
@ApiTags('unity-catalog')
@Controller('unity-catalog')
export class CatalogsController {
  constructor(private readonly browser: CatalogBrowser) {}

  /** Lists the catalogs the caller may see. */
  @Get('catalogs')
  @ApiOkResponse({ type: CatalogPage })
  @ApiProblems('INVALID_REQUEST', 'CATALOG_PERMISSION_DENIED', 'SCOPE_MISSING', 'UPSTREAM_ERROR', 'UPSTREAM_TIMEOUT')
  listCatalogs(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListCatalogsQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<CatalogPage> {
    return this.browser.listCatalogs(caller, query, signal);
  }

  /** Lists the schemas of a catalog that the caller may see. */
  @Get('schemas')
  @ApiOkResponse({ type: SchemaPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  listSchemas(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListSchemasQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<SchemaPage> {
    return this.browser.listSchemas(caller, query, signal);
  }

  /** Lists the volumes of a schema that the caller may see. */
  @Get('volumes')
  @ApiOkResponse({ type: VolumePage })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  listVolumes(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListVolumesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<VolumePage> {
    return this.browser.listVolumes(caller, query, signal);
  }
}
