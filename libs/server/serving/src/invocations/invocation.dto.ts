import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Tokens that a language model counted. */
export class TokenUsageDto {
  @ApiPropertyOptional({ type: 'integer', example: 12 })
  prompt_tokens?: number;

  @ApiPropertyOptional({ type: 'integer', example: 40 })
  completion_tokens?: number;

  @ApiPropertyOptional({ type: 'integer', example: 52 })
  total_tokens?: number;
}

const ANYTHING = {
  oneOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
  ],
};

/** What to ask a model. */
export class InvokeServingEndpointRequest {
  /**
   * The body as the model takes it, passed on byte by byte: `dataframe_records`, `dataframe_split`, `instances` or `inputs` for models of the
   * workspace, `messages`, `prompt` or `input` for language models. What the endpoint takes is what its schema says.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { dataframe_records: [{ distance: 950, hour: 17, origin: 'SFO' }] },
  })
  inputs!: Record<string, unknown>;

  /** How long to wait for the model: 100 seconds at most, or 297 with `async`, which is then the default. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 297, example: 30 })
  timeout_seconds?: number;

  /** Whether the inputs are held to the detected schema first; what breaks it is then refused with the place of each mistake. */
  @ApiPropertyOptional({ type: Boolean, example: true })
  validate?: boolean;

  /** Whether to answer at once with an id by which the answer can be fetched later. */
  @ApiPropertyOptional({ type: Boolean, example: false })
  async?: boolean;

  /** Asks this model of the endpoint, whatever the traffic says. */
  @ApiPropertyOptional({ type: String, maxLength: 255, example: 'flight-delay-2' })
  served_entity?: string;
}

/** What a model answered. */
export class InvocationDto {
  /** Names this invocation, e.g. in the history. */
  @ApiProperty({ format: 'uuid', example: '5f0c6a0e-54b5-4c1e-9a52-1d9f3a6b7c8d' })
  request_id!: string;

  @ApiProperty({ enum: ['SUCCESS'], example: 'SUCCESS' })
  status!: 'SUCCESS';

  /** From the first try to the answer, in milliseconds. */
  @ApiProperty({ example: 41.7 })
  execution_time_ms!: number;

  /** Which of the endpoint's models answered, where the platform says so. */
  @ApiProperty({ type: String, nullable: true, example: 'flight-delay-2' })
  served_entity!: string | null;

  @ApiProperty({ type: () => TokenUsageDto, nullable: true })
  usage!: TokenUsageDto | null;

  /**
   * What the model said: its predictions, or the whole answer of a language model. Numbers keep all their digits; NaN and Infinity, which
   * JSON has no word for, are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`.
   */
  @ApiProperty({ ...ANYTHING, example: [12.5] })
  predictions!: unknown;
}

/** An invocation that is answered later. */
export class AcceptedInvocationDto {
  /** Names this invocation. */
  @ApiProperty({ format: 'uuid', example: '5f0c6a0e-54b5-4c1e-9a52-1d9f3a6b7c8d' })
  request_id!: string;

  @ApiProperty({ enum: ['PENDING'], example: 'PENDING' })
  status!: 'PENDING';
}
