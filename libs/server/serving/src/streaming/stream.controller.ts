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
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EndpointName } from '../endpoints/endpoint-name.decorator';
import { BODY_BYTES } from '../limits';
import { ModelStreams } from './model-streams';
import { StreamServingEndpointRequest } from './stream.dto';

/** Answers of language models, piece by piece. */
@ApiTags('serving')
@Controller('serving/endpoints/:name')
export class StreamController {
  constructor(private readonly streams: ModelStreams) {}

  @Post('stream')
  @HttpCode(200)
  @WithoutDeadline()
  @TakesStream({ maxBytes: BODY_BYTES, type: 'application/json' })
  @ApiOperation({
    summary: 'Asks a language model for an answer that comes piece by piece',
    description:
      'Server-sent events: `start` with `{request_id, served_entity}`, a `chunk` for each piece as the model sent it, and at last `done` with ' +
      '`{request_id, served_entity, execution_time_ms, usage}` or `error` with a problem document. Ends with an error after 240 seconds, or ' +
      'when the model falls silent; it cannot be resumed, and who leaves ends it for the model too.',
  })
  @ApiParam({ name: 'name', type: String })
  @ApiBody({ type: StreamServingEndpointRequest })
  @ApiOkResponse({
    description: 'The events.',
    content: { 'text/event-stream': { schema: { type: 'string' }, example: 'event: done\ndata: {}\n\n' } },
  })
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
  )
  streamServingEndpoint(
    @CurrentCaller() caller: UserCaller,
    @EndpointName() name: string,
    @StreamedRequestBody() body: StreamedBody,
    @RequestSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.streams.stream(caller, name, body, signal, reply);
  }
}
