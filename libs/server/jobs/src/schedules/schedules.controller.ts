import { Audited } from '@lakescope/server-audit';
import {
  ApiProblems,
  CurrentCaller,
  entityTag,
  UserCaller,
  WithoutBody,
  WriteCondition,
  type Precondition,
} from '@lakescope/server-http';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IDEMPOTENCY, idempotencyKey, LOCATION_OF_JOB, located, type ReplyHeaders } from '../runs/accepted-job';
import { AcceptedJobDto } from '../runs/job.dto';
import { ListSchedulesQuery, ScheduleDto, SchedulePage, SchedulePreviewDto } from './schedule.dto';
import { ScheduleStarts } from './schedule-starts';
import { Schedules } from './schedules';
import { CreateScheduleDto, PreviewScheduleDto, UpdateScheduleDto } from './write-schedule.dto';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'Only when this is still the version: the ETag of an answer. `*`: only when there is one.',
};
const ETAG = { ETag: { description: 'The version of the schedule.', schema: { type: 'string' } } };
const LOCATION = { Location: { description: 'Where the schedule is.', schema: { type: 'string' } } };
const SCHEDULE = { name: 'id', format: 'uuid' };
const id = (request: FastifyRequest): string | undefined => (request.params as { id?: string }).id;

/** Ingestion again and again. A schedule works with its owner's connections; its owner and administrators see it. */
@ApiTags('jobs')
@Controller('jobs/schedules')
export class SchedulesController {
  constructor(
    private readonly schedules: Schedules,
    private readonly starts: ScheduleStarts,
  ) {}

  /** Tells when a schedule would be due. */
  @Post('preview')
  @HttpCode(200)
  @ApiOkResponse({ type: SchedulePreviewDto })
  @ApiProblems('INVALID_REQUEST')
  previewSchedule(@Body() body: PreviewScheduleDto): SchedulePreviewDto {
    return this.schedules.preview(body);
  }

  /** Has a run started again and again, from its next time on. */
  @Post()
  @Audited({ action: 'ingestion_schedule.create', actingAs: 'app', success: 'transaction' })
  @ApiCreatedResponse({ type: ScheduleDto, headers: { ...ETAG, ...LOCATION } })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'CONFLICT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async createSchedule(
    @CurrentCaller() caller: UserCaller,
    @Body() body: CreateScheduleDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ScheduleDto> {
    const schedule = tagged(reply, await this.schedules.create(caller, body));
    reply.header('Location', `/api/v1/jobs/schedules/${schedule.schedule_id}`);
    return schedule;
  }

  /** Lists schedules, by name. */
  @Get()
  @ApiOkResponse({ type: SchedulePage })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  listSchedules(@CurrentCaller() caller: UserCaller, @Query() query: ListSchedulesQuery): Promise<SchedulePage> {
    return this.schedules.list(caller, query);
  }

  /** Tells how a schedule stands. */
  @Get(':id')
  @ApiParam(SCHEDULE)
  @ApiOkResponse({ type: ScheduleDto, headers: ETAG })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'ADMIN_CHECK_FAILED', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async getSchedule(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) scheduleId: string,
    @Res({ passthrough: true }) reply: ReplyHeaders,
  ): Promise<ScheduleDto> {
    return tagged(reply, await this.schedules.read(caller, scheduleId));
  }

  /** Changes what is named of a schedule. */
  @Patch(':id')
  @Audited({ action: 'ingestion_schedule.update', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(SCHEDULE)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ScheduleDto, headers: ETAG })
  @ApiProblems(
    'INVALID_REQUEST',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'PRECONDITION_FAILED',
    'SERVICE_UNAVAILABLE',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async updateSchedule(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) scheduleId: string,
    @Body() body: UpdateScheduleDto,
    @Res({ passthrough: true }) reply: ReplyHeaders,
    @WriteCondition() condition?: Precondition,
  ): Promise<ScheduleDto> {
    return tagged(reply, await this.schedules.update(caller, scheduleId, body, condition));
  }

  /** Deletes a schedule. The jobs that it has started stay. */
  @Delete(':id')
  @HttpCode(204)
  @Audited({ action: 'ingestion_schedule.delete', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(SCHEDULE)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'PRECONDITION_FAILED',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  deleteSchedule(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) scheduleId: string,
    @WriteCondition() condition?: Precondition,
  ): Promise<void> {
    return this.schedules.delete(caller, scheduleId, condition);
  }

  /** Starts a run of a schedule now, whether or not anything is new. Its times stay as they are. */
  @Post(':id/run')
  @HttpCode(202)
  @WithoutBody()
  @Audited({ action: 'ingestion_schedule.run', actingAs: 'app', success: 'transaction', target: id })
  @ApiParam(SCHEDULE)
  @ApiHeader(IDEMPOTENCY)
  @ApiAcceptedResponse({ type: AcceptedJobDto, headers: LOCATION_OF_JOB })
  @ApiProblems(
    'INVALID_REQUEST',
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'SERVICE_UNAVAILABLE',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async runSchedule(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) scheduleId: string,
    @Res({ passthrough: true }) reply: ReplyHeaders,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcceptedJobDto> {
    return located(reply, await this.starts.start(caller, scheduleId, idempotencyKey(key)));
  }
}

function tagged(reply: ReplyHeaders, schedule: ScheduleDto): ScheduleDto {
  reply.header('ETag', entityTag(schedule.version));
  return schedule;
}
