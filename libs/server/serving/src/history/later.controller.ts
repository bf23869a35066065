import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Controller, Header, HttpCode, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AsyncInvocations } from '../invocations/async-invocations';
import { whenSent } from '../invocations/when-sent';
import { InferenceHistory } from './inference-history';
import { InvocationProgressDto, invocationProgressJson } from './invocation-progress.dto';

/** Invocations that are answered later, and are not wanted any more. */
@ApiTags('serving')
@Controller('serving/invocations/:request_id')
export class LaterController {
  constructor(
    private readonly later: AsyncInvocations,
    private readonly history: InferenceHistory,
  ) {}

  /**
   * Cancels an invocation that is answered later, and tells how it stands. The model is let go at once, or within seconds where another
   * replica waits for it; it may have acted already. One that has ended stays as it is.
   */
  @Post('cancel')
  @HttpCode(200)
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiParam({ name: 'request_id', format: 'uuid' })
  @ApiOkResponse({ type: InvocationProgressDto })
  @ApiProblems('INVALID_REQUEST', 'NOT_FOUND', 'SERVICE_UNAVAILABLE', 'LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  async cancelServingInvocation(
    @CurrentCaller() caller: UserCaller,
    @Param('request_id', ParseUUIDPipe) requestId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.later.cancel(caller, requestId);
    return invocationProgressJson(await this.history.progress(caller, requestId, whenSent(reply)));
  }
}
