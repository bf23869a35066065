import { ApiProblems, CurrentCaller, PageQuery, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { QueryDto } from './query.dto';
import { QueryHistory } from './query-history';
import { QueryHistoryPage } from './query-history.dto';
import { GetQueryQuery, RunQueryQuery } from './query-requests.dto';
import { QueryRunner } from './query-runner';
import { RunQueryDto } from './run-query.dto';

/** Queries of tables on the SQL warehouse, with the caller's own rights. */
@ApiTags('unity-catalog')
@Controller('unity-catalog')
export class QueriesController {
  constructor(
    private readonly runner: QueryRunner,
    private readonly history: QueryHistory,
  ) {}

  /** Runs a query of one table; the answer is whole when `wait_ms` suffices, else ask for it by its id. */
  @Post('query')
  @HttpCode(202)
  @ApiAcceptedResponse({ type: QueryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'INVALID_QUERY',
    'PERMISSION_DENIED',
    'CATALOG_PERMISSION_DENIED',
    'SCOPE_MISSING',
    'TABLE_NOT_FOUND',
    'WAREHOUSE_STOPPED',
    'RATE_LIMITED',
    'UPSTREAM_ERROR',
    'WAREHOUSE_NOT_CONFIGURED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  runQuery(
    @CurrentCaller() caller: UserCaller,
    @Body() query: RunQueryDto,
    @Query() { wait_ms: waitMs }: RunQueryQuery,
    @RequestSignal() signal: AbortSignal,
  ): Promise<QueryDto> {
    return this.runner.run(caller, query, waitMs, signal);
  }

  /** Tells how a query stands, with one chunk of its rows. Without being asked for 30 s, a query that runs is canceled. */
  @Get('query/:id')
  @ApiOkResponse({ type: QueryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  getQuery(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) queryId: string,
    @Query() { chunk }: GetQueryQuery,
  ): Promise<QueryDto> {
    return this.runner.read(caller, queryId, chunk);
  }

  /** Cancels a query on the SQL warehouse. */
  @Delete('query/:id')
  @ApiOkResponse({ type: QueryDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'UPSTREAM_ERROR',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
  )
  cancelQuery(@CurrentCaller() caller: UserCaller, @Param('id', ParseUUIDPipe) queryId: string): Promise<QueryDto> {
    return this.runner.cancel(caller, queryId);
  }

  /** Lists the caller's queries of the last 30 days, the newest first. */
  @Get('queries')
  @ApiOkResponse({ type: QueryHistoryPage })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listQueries(@CurrentCaller() caller: UserCaller, @Query() query: PageQuery): Promise<QueryHistoryPage> {
    return this.history.list(caller, query);
  }
}
