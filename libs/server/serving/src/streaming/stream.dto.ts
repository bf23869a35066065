import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What to ask a language model. */
export class StreamServingEndpointRequest {
  /** The body as the model takes it, e.g. with `messages`; `stream` is set. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { messages: [{ role: 'user', content: 'What is a lakehouse?' }] },
  })
  inputs!: Record<string, unknown>;

  /** Asks this model of the endpoint, whatever the traffic says. */
  @ApiPropertyOptional({ type: String, maxLength: 255 })
  served_entity?: string;
}
