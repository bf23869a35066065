import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, RequestSignal, UserCaller } from '@lakescope/server-http';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IDEMPOTENCY, idempotencyKey, LOCATION_OF_JOB, located, type ReplyHeaders } from './accepted-job';
import { PlanJobDto, RetryJobDto, StartJobDto } from './ingestion-request.dto';
import { JobCanceller } from './job-canceller';
import { JobPlanner } from './job-planner';
import { JobPlanDto } from './job-plan.dto';
import { JobRights } from './job-rights';
import { JobRightsDto } from './job-rights.dto';
import { JobReader } from './job-reader';
import { JobStarter } from './job-starter';
import { JobFolderPage } from './job-table.dto';
import { AcceptedJobDto, CancelledJobDto, JobDto, JobPage } from './job.dto';
import { JobsHealth } from './jobs-health';
import { JobsHealthDto } from './jobs-health.dto';
import { ListJobFoldersQuery, ListJobsQuery } from './list-jobs.dto';

const JOB = { name: 'id', format: 'uuid' };
const id = (request: FastifyRequest): string | undefined => (request.params as { id?: string }).id;

/** Ingestion of change data into Delta tables. Jobs work with stored S3 connections; their owner and administrators see them. */
@ApiTags('jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly planner: JobPlanner,
    private readonly rights: JobRights,
    private readonly starter: JobStarter,
    private readonly reader: JobReader,
    private readonly canceller: JobCanceller,
    private readonly health: JobsHealth,
  ) {}

  /** Tells what a run would do, table by table. Writes nothing. */
  @Post('plan')
  @HttpCode(200)
  @ApiOkResponse({ type: JobPlanDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'UPSTREAM_ERROR',
    'UPSTREAM_TIMEOUT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  planJob(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PlanJobDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<JobPlanDto> {
    return this.planner.plan(caller, body, signal);
  }

  /** Tries at both ends what a run needs there, and says what is missing and what is too much. At the source nothing is written. */
  @Post('check')
  @HttpCode(200)
  @ApiOkResponse({ type: JobRightsDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'CONFLICT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  checkJob(
    @CurrentCaller() caller: UserCaller,
    @Body() body: PlanJobDto,
    @RequestSignal() signal: AbortSignal,
  ): Promise<JobRightsDto> {
    return this.rights.try(caller, body, signal);
  }

  /** Starts a run: it waits in the queue until there is room for it. */
  @Post()
  @HttpCode(202)
  @Audited({ action: 'ingestion_job.start', actingAs: 'app', success: 'transaction' })
  @ApiHeader(IDEMPOTENCY)
  @ApiAcceptedResponse({ type: AcceptedJobDto, headers: LOCATION_OF_JOB })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async startJob(
    @CurrentCaller() caller: UserCaller,
    @Body() body: StartJobDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcceptedJobDto> {
    return located(reply, await this.starter.start(caller, body, idempotencyKey(key)));
  }

  /** Lists jobs, the newest first. */
  @Get()
  @ApiOkResponse({ type: JobPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  listJobs(@CurrentCaller() caller: UserCaller, @Query() query: ListJobsQuery): Promise<JobPage> {
    return this.reader.list(caller, query);
  }

  /** Tells how the queue stands, over all replicas. */
  @Get('health')
  @ApiOkResponse({ type: JobsHealthDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getJobsHealth(): Promise<JobsHealthDto> {
    return this.health.describe();
  }

  /** Tells how a job stands, with all its tables. */
  @Get(':id')
  @ApiParam(JOB)
  @ApiOkResponse({ type: JobDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  getJob(@CurrentCaller() caller: UserCaller, @Param('id', ParseUUIDPipe) jobId: string): Promise<JobDto> {
    return this.reader.read(caller, jobId);
  }

  /** Lists what a job did to the folders of a table, the oldest first. */
  @Get(':id/tables/:table/folders')
  @ApiParam(JOB)
  @ApiOkResponse({ type: JobFolderPage })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  listJobFolders(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) jobId: string,
    @Param('table') table: string,
    @Query() query: ListJobFoldersQuery,
  ): Promise<JobFolderPage> {
    return this.reader.folders(caller, jobId, table, query);
  }

  /** Cancels a job. One that is under way stops after the folders it is at; what it has committed stays. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Audited({ action: 'ingestion_job.cancel', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(JOB)
  @ApiOkResponse({ type: CancelledJobDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'JOB_NOT_ACTIVE',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  cancelJob(@CurrentCaller() caller: UserCaller, @Param('id', ParseUUIDPipe) jobId: string): Promise<CancelledJobDto> {
    return this.canceller.cancel(caller, jobId);
  }

  /** The same as cancelling: what a job did is kept. */
  @Delete(':id')
  @Audited({ action: 'ingestion_job.cancel', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(JOB)
  @ApiOkResponse({ type: CancelledJobDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'JOB_NOT_ACTIVE',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteJob(@CurrentCaller() caller: UserCaller, @Param('id', ParseUUIDPipe) jobId: string): Promise<CancelledJobDto> {
    return this.canceller.cancel(caller, jobId);
  }

  /** Starts a new job of what this one has left behind: failed tables, and folders that were put aside. */
  @Post(':id/retry')
  @HttpCode(202)
  @Audited({ action: 'ingestion_job.retry', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(JOB)
  @ApiHeader(IDEMPOTENCY)
  @ApiAcceptedResponse({ type: AcceptedJobDto, headers: LOCATION_OF_JOB })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'PERMISSION_DENIED',
    'CONFLICT',
    'RATE_LIMITED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async retryJob(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) jobId: string,
    @Body() body: RetryJobDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcceptedJobDto> {
    return located(reply, await this.starter.retry(caller, jobId, body, idempotencyKey(key)));
  }
}
