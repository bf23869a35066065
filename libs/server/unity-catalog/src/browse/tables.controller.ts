import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { TableNamePage, TablePage } from './browse-page.dto';
import { BrowseOptions, ListTablesQuery, TableParameters } from './browse-query.dto';
import { CatalogBrowser } from './catalog-browser';
import { CatalogTableDetailDto } from './catalog-table-detail.dto';
import { TableDetails } from './table-details';

const LIST_PROBLEMS = [
  'INVALID_REQUEST',
  'CATALOG_PERMISSION_DENIED',
  'SCOPE_MISSING',
  'NOT_FOUND',
  'WAREHOUSE_STOPPED',
  'UPSTREAM_ERROR',
  'UPSTREAM_TIMEOUT',
] as const;

/** Tables and views, as far as the caller's own rights reach. */
@ApiTags('unity-catalog')
@Controller('unity-catalog')
export class TablesController {
  constructor(
    private readonly browser: CatalogBrowser,
    private readonly details: TableDetails,
  ) {}

  /** Lists the tables and views of a schema by name: all that a tree needs. */
  @Get('table-names')
  @ApiOkResponse({ type: TableNamePage })
  @ApiProblems(...LIST_PROBLEMS)
  listTableNames(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListTablesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TableNamePage> {
    return this.browser.listTableNames(caller, query, signal);
  }

  /** Lists the tables and views of a schema with what is known of each. */
  @Get('tables')
  @ApiOkResponse({ type: TablePage })
  @ApiProblems(...LIST_PROBLEMS)
  listTables(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListTablesQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<TablePage> {
    return this.browser.listTables(caller, query, signal);
  }

  /** Shows one table or view: its columns, who may do what with it, and where the Delta Inspector finds it. */
  @Get('tables/:full_name')
  @ApiOkResponse({ type: CatalogTableDetailDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'TABLE_NOT_FOUND',
    'WAREHOUSE_STOPPED',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  getTable(
    @CurrentCaller() caller: UserCaller,
    @Param() { full_name }: TableParameters,
    @Query() { start_warehouse }: BrowseOptions,
    @RequestSignal() signal: AbortSignal,
  ): Promise<CatalogTableDetailDto> {
    const [catalog = '', schema = '', table = ''] = full_name.split('.');
    const ask = { signal, startWarehouse: start_warehouse === true };
    return this.details.read(caller, { catalog, schema, table }, ask);
  }
}
