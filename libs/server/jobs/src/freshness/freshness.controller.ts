import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CheckFreshnessDto,
  DeleteFreshnessQuery,
  DeleteThresholdQuery,
  ListFreshnessQuery,
  ListThresholdsQuery,
  PutThresholdDto,
} from './ask-freshness.dto';
import { FeedRemoval } from './feed-removal';
import { FreshnessBoard } from './freshness-board';
import { FreshnessChecks } from './freshness-checks';
import { FreshnessThresholds } from './freshness-thresholds';
import { FreshnessCheckListDto, FreshnessPage, FreshnessThresholdDto, FreshnessThresholdPage } from './freshness.dto';

/** How far ingested tables lie behind their sources. Whoever ingests them and administrators see them. */
@ApiTags('jobs')
@Controller('jobs/freshness')
export class FreshnessController {
  constructor(
    private readonly board: FreshnessBoard,
    private readonly checks: FreshnessChecks,
    private readonly thresholds: FreshnessThresholds,
    private readonly removal: FeedRemoval,
  ) {}

  /** Lists ingested tables with how far each lies behind its source. */
  @Get()
  @ApiOkResponse({ type: FreshnessPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  listFreshness(@CurrentCaller() caller: UserCaller, @Query() query: ListFreshnessQuery): Promise<FreshnessPage> {
    return this.board.list(caller, query);
  }

  /** Reads manifests now, and tells what was found. What could not be read is said so, and changes nothing else. */
  @Post('check')
  @HttpCode(200)
  @ApiOkResponse({ type: FreshnessCheckListDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  checkFreshness(
    @CurrentCaller() caller: UserCaller,
    @Body() body: CheckFreshnessDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<FreshnessCheckListDto> {
    return this.checks.check(caller, body, signal);
  }

  /** Forgets how fresh the tables of a target are, with its thresholds. What was ingested stays, and its next run begins to tell again. */
  @Delete()
  @HttpCode(204)
  @Audited({ action: 'freshness.delete', success: 'transaction', target: ({ query }) => targetIn(query) })
  @ApiNoContentResponse({ description: 'Forgotten.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteFreshness(@CurrentCaller() caller: UserCaller, @Query() query: DeleteFreshnessQuery): Promise<void> {
    return this.removal.forget(caller, query);
  }

  /** Lists thresholds, by target and table. */
  @Get('thresholds')
  @ApiOkResponse({ type: FreshnessThresholdPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  listFreshnessThresholds(
    @CurrentCaller() caller: UserCaller,
    @Query() query: ListThresholdsQuery,
  ): Promise<FreshnessThresholdPage> {
    return this.thresholds.list(caller, query);
  }

  /** Sets from how far behind on the tables of a target, or one of them, are late. */
  @Put('thresholds')
  @Audited({ action: 'freshness_threshold.set', success: 'transaction', target: ({ body }) => targetIn(body) })
  @ApiOkResponse({ type: FreshnessThresholdDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'CONFLICT',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  putFreshnessThreshold(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PutThresholdDto,
  ): Promise<FreshnessThresholdDto> {
    return this.thresholds.put(caller, body);
  }

  /** Takes a threshold away; one that is not there is no error. */
  @Delete('thresholds')
  @HttpCode(204)
  @Audited({ action: 'freshness_threshold.delete', success: 'transaction', target: ({ query }) => targetIn(query) })
  @ApiNoContentResponse({ description: 'Gone.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteFreshnessThreshold(@CurrentCaller() caller: UserCaller, @Query() query: DeleteThresholdQuery): Promise<void> {
    return this.thresholds.delete(caller, query);
  }
}

/** Of a request that may be anything. */
function targetIn(asked: unknown): string | undefined {
  const { target_uri: uri } = (asked ?? {}) as { target_uri?: unknown };
  return typeof uri === 'string' ? uri.slice(0, 300) : undefined;
}
