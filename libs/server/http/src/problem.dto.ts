import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from './error-codes';

/** RFC 9457 problem document: the one shape of every answer that is no success. */
@ApiSchema({ name: 'Problem' })
export class ProblemDto {
  @ApiProperty({ type: String, description: 'URI of the explanation.' })
  type!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;

  @ApiProperty({ type: String, description: 'A sentence for people, safe to show.' })
  detail!: string;

  @ApiProperty({ type: String, description: 'The path that was asked.' })
  instance!: string;

  @ApiProperty({ enum: Object.keys(ERROR_CODES), enumName: 'ErrorCode', description: 'Stable, closed list.' })
  error_code!: ErrorCode;

  @ApiProperty({ type: String, description: 'Finds the request in the log.' })
  correlation_id!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What a developer needs; always `error_type`.',
  })
  technical_details!: { error_type: string; [key: string]: unknown };

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Seconds to wait before another try; also `Retry-After`.',
  })
  retry_after!: number | null;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The `detail` once more, for callers of `POST /api/v1/operations`, who read it by this name.',
  })
  error?: string;
}
