import {
  ApiProblems,
  CurrentCaller,
  RequestSignal,
  StreamedRequestBody,
  TakesStream,
  UserCaller,
  WithoutDeadline,
  type StreamedBody,
} from '@lakescope/server-http';
import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EndpointName } from '../endpoints/endpoint-name.decorator';
import { BODY_BYTES } from '../limits';
import { AcceptedInvocationDto, InvocationDto, InvokeServingEndpointRequest } from './invocation.dto';
import { Invocations } from './invocations';

/** Asks models with the caller's own rights. */
@ApiTags('serving')
@Controller('serving/endpoints/:name')
export class InvocationsController {
  constructor(private readonly invocations: Invocations) {}

  /**
   * Asks a model. A problem of the model's own stays what it is: what it refuses is a 400 with its words, and a model that wakes up is 503
   * `MODEL_UNAVAILABLE` with the time to come again.
   */
  @Post('invocations')
  @HttpCode(200)
  // It has one of its own, which the request names.
  @WithoutDeadline()
  @TakesStream({ maxBytes: BODY_BYTES, type: 'application/json' })
  @ApiParam({ name: 'name', type: String })
  @ApiBody({ type: InvokeServingEndpointRequest })
  @ApiOkResponse({ type: InvocationDto })
  @ApiAcceptedResponse({ type: AcceptedInvocationDto })
  @ApiProblems(
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
  invokeServingEndpoint(
    @CurrentCaller() caller: UserCaller,
    @EndpointName() name: string,
    @StreamedRequestBody() body: StreamedBody,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.invocations.invoke(caller, name, body, signal, reply);
  }
}
