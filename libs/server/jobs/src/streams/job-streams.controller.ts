import {
  ApiProblems,
  CurrentCaller,
  lastEventId,
  RequestSignal,
  sendResumable,
  StreamLimits,
  textDownload,
  UserCaller,
  WithoutDeadline,
} from '@lakescope/server-http';
import { Controller, Get, Headers, Param, ParseUUIDPipe, Query, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JobAccess } from '../runs/job-access';
import { JobHistories } from './job-history';
import { ReadJobLogsQuery, ReadStreamQuery, StreamJobLogsQuery } from './read-stream.dto';

const JOB = { name: 'id', format: 'uuid' };
const RESUMED = {
  name: 'Last-Event-ID',
  required: false,
  description: 'Goes on after the event of this id, on whichever replica, without losing or repeating one.',
};
const OVER = { description: 'The job has ended, and everything was told: do not come again.' };
const eventStream = (example: string) => ({
  description:
    'The events. The server ends the stream after 240 seconds, and with the job; come again with the last id.',
  content: { 'text/event-stream': { schema: { type: 'string' as const }, example } },
});

/** What happens to jobs while it happens. */
@ApiTags('jobs')
@Controller('jobs/:id')
export class JobStreamsController {
  constructor(
    private readonly access: JobAccess,
    private readonly histories: JobHistories,
    private readonly limits: StreamLimits,
  ) {}

  @Get('events')
  @WithoutDeadline()
  @ApiOperation({
    summary: 'Follows a job',
    description:
      'Server-sent events: `status` with `{status}` whenever that changes, with `failure` at the end and `cancel_requested` when somebody cancels, and ' +
      '`progress` with `{status, progress, tables}`: how far the job is, and the tables that have changed since the event before.',
  })
  @ApiParam(JOB)
  @ApiHeader(RESUMED)
  @ApiOkResponse(eventStream('id: 17\nevent: status\ndata: {"status":"running"}\n\n'))
  @ApiNoContentResponse(OVER)
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async streamJobEvents(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) jobId: string,
    @Query() { after }: ReadStreamQuery,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
    @Headers('Last-Event-ID') last?: string,
  ): Promise<void> {
    const from = lastEventId(last, after);
    await this.access.find(caller, jobId);
    await sendResumable(reply, this.histories.events(jobId), { after: from, limits: this.limits, signal });
  }

  @Get('logs')
  @WithoutDeadline()
  @ApiOperation({
    summary: 'Follows the log of a job',
    description:
      'Server-sent events named `log`, each with `{id, at, level, table, message, details}`. Lines are kept for 30 days.',
  })
  @ApiParam(JOB)
  @ApiHeader(RESUMED)
  @ApiOkResponse(
    eventStream(
      'id: 9\nevent: log\ndata: {"id":"9","at":"2026-11-21T08:30:00.000Z","level":"info","table":"cc_claim","message":"50 folders are new, with 200 files","details":{}}\n\n',
    ),
  )
  @ApiNoContentResponse(OVER)
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async streamJobLogs(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) jobId: string,
    @Query() { after, level, table, named }: StreamJobLogsQuery,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
    @Headers('Last-Event-ID') last?: string,
  ): Promise<void> {
    const from = lastEventId(last, after);
    await this.access.find(caller, jobId);
    const history = this.histories.lines(jobId, { level, table }, named === 'false' ? undefined : 'log');
    await sendResumable(reply, history, { after: from, limits: this.limits, signal });
  }

  @Get('logs/download')
  @WithoutDeadline()
  @ApiOperation({
    summary: 'Downloads the log of a job',
    description: 'One line of JSON for each line of the log so far.',
  })
  @ApiParam(JOB)
  @ApiOkResponse({
    description: 'The lines.',
    content: {
      'application/x-ndjson': {
        schema: { type: 'string' },
        example:
          '{"id":"9","at":"2026-11-21T08:30:00.000Z","level":"info","table":null,"message":"Begun","details":{}}\n',
      },
    },
  })
  @ApiProblems(
    'INVALID_REQUEST',
    'JOB_NOT_FOUND',
    'ADMIN_CHECK_FAILED',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async downloadJobLogs(
    @CurrentCaller() caller: UserCaller,
    @Param('id', ParseUUIDPipe) jobId: string,
    @Query() { after, level, table }: ReadJobLogsQuery,
  ): Promise<StreamableFile> {
    await this.access.find(caller, jobId);
    const lines = this.histories.download(jobId, { level, table }, lastEventId(undefined, after));
    return textDownload(lines, { type: 'application/x-ndjson', fileName: `job-${jobId}.jsonl` });
  }
}
