import { Body, Controller, Get, HttpStatus, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { CatalogPage, SchemaPage, VolumePage } from './browse-page.dto';
import { ListCatalogsQuery, ListSchemasQuery, ListVolumesQuery } from './browse-query.dto';
import { CatalogBrowser } from './catalog-browser';
import { CreateVolumeDto } from './create-volume.dto';
import { VolumeDto } from './volume.dto';
import { VolumeCreation } from '../operations/volume-creation';

interface Reply {
  status(code: number): unknown;
}

/** Catalogs, schemas and volumes, as far as the caller's own rights reach. */
@ApiTags('unity-catalog')
@Controller('unity-catalog')
export class CatalogsController {
  constructor(
    private readonly browser: CatalogBrowser,
    private readonly volumes: VolumeCreation,
  ) {}

  /** Lists the catalogs the caller may see. */
  @Get('catalogs')
  @ApiOkResponse({ type: CatalogPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'WAREHOUSE_STOPPED',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
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
    'WAREHOUSE_STOPPED',
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
    'WAREHOUSE_STOPPED',
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

  /** Sees to it that a managed volume is there: 201 when it was created, 200 when it was there already. */
  @Post('volumes')
  @ApiCreatedResponse({ type: VolumeDto, description: 'The volume was created.' })
  @ApiOkResponse({ type: VolumeDto, description: 'The volume was there already; nothing of it was changed.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'CONFLICT',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  async createVolume(
    @CurrentCaller() caller: UserCaller,
    @Body() { catalog, schema, name, comment }: CreateVolumeDto,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<VolumeDto> {
    const place = { catalog, schema, volume: name };
    const { volume, created } = await this.volumes.ensure(caller, place, signal, comment);
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return VolumeDto.from(volume);
  }
}
