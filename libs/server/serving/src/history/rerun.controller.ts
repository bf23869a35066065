import { ApiProblems, CurrentCaller, RequestSignal, UserCaller, WithoutDeadline } from '@lakescope/server-http';
import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptedInvocationDto, InvocationDto } from '../invocations/invocation.dto';
import { Invocations } from '../invocations/invocations';
import { InferenceHistory } from './inference-history';
import { RerunInferenceRequest } from './rerun-inference.dto';

/** Asks models again what was asked before. */
@ApiTags('serving')
@Controller('serving/logs/:request_id')
export class RerunController {
  constructor(
    private readonly history: InferenceHistory,
    private readonly invocations: Invocations,
  ) {}

  /** Sends the inputs of an invocation of the caller's history again, byte by byte, to the same endpoint or to another one. */
  @Post('rerun')
  @HttpCode(200)
  // It has one of its own, which the request names.
  @WithoutDeadline()
  @ApiParam({ name: 'request_id', format: 'uuid' })
  @ApiOkResponse({ type: InvocationDto })
  @ApiAcceptedResponse({ type: AcceptedInvocationDto })
  @ApiProblems(
    'INVALID_REQUEST',
    'INVALID_MODEL_INPUT',
    'PERMISSION_DENIED',
    'SCOPE_MISSING',
    'NOT_FOUND',
    'ENDPOINT_NOT_FOUND',
    'CONFLICT',
    'PAYLOAD_TOO_LARGE',
    'RATE_LIMITED',
    'UPSTREAM_ERROR',
    'MODEL_UNAVAILABLE',
    'MODEL_TIMEOUT',
    'SERVICE_UNAVAILABLE',
    'LAKEBASE_NOT_CONFIGURED',
    'DATABASE_UNAVAILABLE',
  )
  async rerunInference(
    @CurrentCaller() caller: UserCaller,
    @Param('request_id', ParseUUIDPipe) requestId: string,
    @Body() asked: RerunInferenceRequest,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const kept = await this.history.question(caller, requestId);
    const { endpoint_name: endpointName = kept.endpointName } = asked;
    await this.invocations.askAgain(caller, endpointName, asked.questionOf(kept), signal, reply);
  }
}
