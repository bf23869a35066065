import { Audited } from '@lakescope/server-audit';
import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Controller, Delete, Get, Header, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { whenSent } from '../invocations/when-sent';
import { ErasedInferenceLogsDto, InferenceLogDto, InferenceLogPage } from './inference-log.dto';
import { InferenceHistory } from './inference-history';
import { InvocationProgressDto, invocationProgressJson } from './invocation-progress.dto';
import { ListInferenceLogsQuery } from './list-inference-logs.dto';

const JSON_TEXT = 'application/json; charset=utf-8';

/** What the caller has asked models. Nobody sees that of another person, administrators included. */
@ApiTags('serving')
@Controller('serving')
export class HistoryController {
  constructor(private readonly history: InferenceHistory) {}

  /** Lists invocations of the caller, the newest first, with the beginning of what was asked and answered. */
  @Get('logs')
  @Header('content-type', JSON_TEXT)
  @ApiOkResponse({ type: InferenceLogPage })
  @ApiProblems('INVALID_REQUEST', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  listInferenceLogs(@CurrentCaller() caller: UserCaller, @Query() query: ListInferenceLogsQuery): Promise<string> {
    return this.history.list(caller, query);
  }

  /** Tells all that is kept of one invocation. */
  @Get('logs/:request_id')
  @Header('content-type', JSON_TEXT)
  @ApiParam({ name: 'request_id', format: 'uuid' })
  @ApiOkResponse({ type: InferenceLogDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getInferenceLog(
    @CurrentCaller() caller: UserCaller,
    @Param('request_id', ParseUUIDPipe) requestId: string,
  ): Promise<string> {
    return this.history.read(caller, requestId);
  }

  /** Erases the caller's history. Invocations under way go on. */
  @Delete('logs')
  @Audited({ action: 'inference_logs.erase' })
  @ApiOkResponse({ type: ErasedInferenceLogsDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async eraseInferenceLogs(@CurrentCaller() caller: UserCaller): Promise<ErasedInferenceLogsDto> {
    return { erased: await this.history.erase(caller) };
  }

  /** Tells how an invocation stands, and what came of it. Of one that is answered later the whole answer is kept for a day. */
  @Get('invocations/:request_id')
  @Header('content-type', JSON_TEXT)
  @ApiParam({ name: 'request_id', format: 'uuid' })
  @ApiOkResponse({ type: InvocationProgressDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'SERVICE_UNAVAILABLE', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async getServingInvocation(
    @CurrentCaller() caller: UserCaller,
    @Param('request_id', ParseUUIDPipe) requestId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return invocationProgressJson(await this.history.progress(caller, requestId, whenSent(reply)));
  }
}
