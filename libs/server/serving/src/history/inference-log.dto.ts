import { ApiPage } from '@lakescope/server-http';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { TokenUsageDto } from '../invocations/invocation.dto';
import { hasEnded, INVOCATION_STATUSES, type InvocationStatus, type KeptInference } from './kept-inference';
import { withRawMembers } from './raw-json';
import { shortenedJson } from './shortened-json';

/** Any JSON, as it was sent or answered. */
export const PAYLOAD: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: true,
  nullable: true,
  oneOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
  ],
};

const LONGEST_BEGINNING = 120;

/** An invocation of the caller's history. */
export class InferenceLogDto {
  @ApiProperty({ format: 'uuid' })
  request_id!: string;

  @ApiProperty({ example: 'flight-delay' })
  endpoint_name!: string;

  /** The model that answered, as far as it is known. */
  @ApiProperty({ type: String, nullable: true, example: 'flight-delay-2' })
  served_entity!: string | null;

  /** INTERRUPTED: the server that waited for the model is gone; run it again. */
  @ApiProperty({ enum: INVOCATION_STATUSES, example: 'SUCCESS' })
  status!: InvocationStatus;

  @ApiProperty({ type: Number, nullable: true, example: 41.7 })
  execution_time_ms!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'MODEL_TIMEOUT' })
  error_code!: string | null;

  @ApiProperty({ type: String, nullable: true })
  error_message!: string | null;

  @ApiProperty({ type: () => TokenUsageDto, nullable: true })
  tokens!: TokenUsageDto | null;

  /** Ties it to lines of the log. */
  @ApiProperty()
  correlation_id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at!: string | null;

  /** Whether its inputs are kept as a whole, so that it can be run again. */
  @ApiProperty()
  can_rerun!: boolean;

  /** `inputs` is only the beginning of what was sent. In a list that of a few kB, else that of 64 KiB. */
  @ApiProperty()
  inputs_truncated!: boolean;

  /** `predictions` is only the beginning of the answer. */
  @ApiProperty()
  predictions_truncated!: boolean;

  /** What the model was asked. NaN, which is no JSON, makes a text of it. */
  @ApiProperty(PAYLOAD)
  inputs!: unknown;

  /**
   * How `inputs` begin, in the characters in which they were sent, for a line of a list: 120 at most. A reader of JSON may round long numbers
   * of `inputs`; here they are a text.
   */
  @ApiProperty({
    type: String,
    nullable: true,
    maxLength: 120,
    example: '{"dataframe_records":[{"id":9007199254740993}]}',
  })
  inputs_beginning!: string | null;

  /** What it answered; null when it did not. */
  @ApiProperty(PAYLOAD)
  predictions!: unknown;
}

/** Invocations of the caller, the newest first. */
export class InferenceLogPage extends ApiPage(InferenceLogDto) {}

/** How many invocations are gone. */
export class ErasedInferenceLogsDto {
  @ApiProperty({ type: 'integer', example: 42 })
  erased!: number;
}

/** The JSON of an `InferenceLogDto`; payloads go into it as the text they are. */
export function inferenceLogJson(kept: KeptInference): string {
  const facts: Omit<InferenceLogDto, 'inputs' | 'predictions'> = {
    request_id: kept.requestId,
    endpoint_name: kept.endpointName,
    served_entity: kept.servedEntity,
    status: kept.status,
    execution_time_ms: kept.executionTimeMs,
    error_code: kept.errorCode,
    error_message: kept.errorMessage,
    tokens: kept.tokens,
    correlation_id: kept.correlationId,
    created_at: kept.createdAt.toISOString(),
    completed_at: kept.completedAt?.toISOString() ?? null,
    can_rerun: kept.hasWholeInputs && hasEnded(kept),
    inputs_truncated: kept.inputsTruncated,
    predictions_truncated: kept.predictionsTruncated,
    inputs_beginning: kept.inputs?.slice(0, LONGEST_BEGINNING) ?? null,
  };
  return withRawMembers(facts, { inputs: kept.inputs, predictions: kept.predictions });
}

/** As a list shows it: payloads of more than so many characters are cut. */
export function listedInference(kept: KeptInference, maxCharacters: number): KeptInference {
  const inputs = beginningOf(kept.inputs, maxCharacters);
  const predictions = beginningOf(kept.predictions, maxCharacters);
  return {
    ...kept,
    inputs,
    inputsTruncated: kept.inputsTruncated || inputs !== kept.inputs,
    predictions,
    predictionsTruncated: kept.predictionsTruncated || predictions !== kept.predictions,
  };
}

function beginningOf(json: string | null, maxCharacters: number): string | null {
  if (json === null || json.length <= maxCharacters) return json;
  return shortenedJson(Buffer.from(json), maxCharacters);
}
