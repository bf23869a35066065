import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CatalogSearch } from './catalog-search';
import { SearchPage, SearchQuery } from './search.dto';

/** Finds catalogs, schemas, tables and volumes by name. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/search')
export class SearchController {
  constructor(private readonly finder: CatalogSearch) {}

  /** Finds what the caller may see by its name. What was found may be up to a minute old. */
  @Get()
  @ApiOkResponse({ type: SearchPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'WAREHOUSE_STOPPED',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
  )
  searchCatalog(
    @CurrentCaller() caller: UserCaller,
    @Query() query: SearchQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<SearchPage> {
    return this.finder.search(caller, query, signal);
  }
}
