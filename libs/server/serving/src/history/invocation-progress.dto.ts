import { ApiProperty } from '@nestjs/swagger';
import { TokenUsageDto } from '../invocations/invocation.dto';
import { PAYLOAD } from './inference-log.dto';
import { hasEnded, INVOCATION_STATUSES, type InvocationStatus, type KeptInference } from './kept-inference';
import { withRawMembers } from './raw-json';

/** How an invocation stands, and what came of it. */
export class InvocationProgressDto {
  @ApiProperty({ format: 'uuid', example: '5f0c6a0e-54b5-4c1e-9a52-1d9f3a6b7c8d' })
  request_id!: string;

  @ApiProperty({ example: 'flight-delay' })
  endpoint_name!: string;

  /** INTERRUPTED: the server that waited for the model is gone; run it again. */
  @ApiProperty({ enum: INVOCATION_STATUSES, example: 'RUNNING' })
  status!: InvocationStatus;

  /** Until it has ended, null. In milliseconds. */
  @ApiProperty({ type: Number, nullable: true, example: 41.7 })
  execution_time_ms!: number | null;

  /** Which of the endpoint's models answered, where the platform says so. */
  @ApiProperty({ type: String, nullable: true, example: 'flight-delay-2' })
  served_entity!: string | null;

  @ApiProperty({ type: () => TokenUsageDto, nullable: true })
  usage!: TokenUsageDto | null;

  /** Of an invocation that failed, the code it would have been answered with. */
  @ApiProperty({ type: String, nullable: true, example: 'MODEL_TIMEOUT' })
  error_code!: string | null;

  @ApiProperty({ type: String, nullable: true })
  error_message!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completed_at!: string | null;

  /** Whether its inputs are kept as a whole, so that it can be run again. */
  @ApiProperty()
  can_rerun!: boolean;

  /** `predictions` is only the beginning of the answer, because it was not fetched in time. */
  @ApiProperty()
  predictions_truncated!: boolean;

  /** What the model said; null as long as it has not, and when it failed. */
  @ApiProperty(PAYLOAD)
  predictions!: unknown;
}

/** The JSON of an `InvocationProgressDto`; the answer goes into it as the text it is. */
export function invocationProgressJson(kept: KeptInference): string {
  const facts: Omit<InvocationProgressDto, 'predictions'> = {
    request_id: kept.requestId,
    endpoint_name: kept.endpointName,
    status: kept.status,
    execution_time_ms: kept.executionTimeMs,
    served_entity: kept.servedEntity,
    usage: kept.tokens,
    error_code: kept.errorCode,
    error_message: kept.errorMessage,
    created_at: kept.createdAt.toISOString(),
    completed_at: kept.completedAt?.toISOString() ?? null,
    can_rerun: kept.hasWholeInputs && hasEnded(kept),
    predictions_truncated: kept.predictionsTruncated,
  };
  return withRawMembers(facts, { predictions: kept.predictions });
}
