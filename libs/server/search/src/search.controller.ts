import { ApiProblems, CurrentCaller, pathOf, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { EverythingFoundDto, SearchEverythingQuery } from './search-everything.dto';
import { EverythingSearch } from './everything-search';

interface Asked {
  readonly url: string;
}

/** One search over everything a person may see. */
@ApiTags('search')
@Controller('search')
export class EverythingController {
  constructor(private readonly everything: EverythingSearch) {}

  /**
   * Searches catalogs, schemas, tables, volumes, serving endpoints and the caller's ingestion jobs by name. A place that cannot be searched
   * says so in its group. What was found may be up to a minute old.
   */
  @Get()
  @ApiOkResponse({ type: EverythingFoundDto })
  @ApiProblems('INVALID_REQUEST')
  searchEverything(
    @CurrentCaller() caller: UserCaller,
    @Query() query: SearchEverythingQuery,
    @RequestSignal() signal: AbortSignal,
    @Req() request: Asked,
  ): Promise<EverythingFoundDto> {
    return this.everything.search(caller, query, pathOf(request.url), signal);
  }
}
