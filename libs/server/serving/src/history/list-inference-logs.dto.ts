import { IsInstant, Paged } from '@lakescope/server-http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { INVOCATION_STATUSES, type InvocationStatus } from './kept-inference';
import { LONGEST_NAME } from './stored-lengths';

/** Which invocations are asked for. */
class InferenceLogFilter {
  @ApiPropertyOptional({ description: 'Those of this endpoint.', maxLength: LONGEST_NAME, example: 'flight-delay' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  endpoint?: string;

  @ApiPropertyOptional({ description: 'Those that stand so.', enum: INVOCATION_STATUSES })
  @IsOptional()
  @IsIn(INVOCATION_STATUSES)
  status?: InvocationStatus;

  @ApiPropertyOptional({ description: 'Those begun at this time or later.', type: String, format: 'date-time' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ description: 'Those begun before this time.', type: String, format: 'date-time' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

export class ListInferenceLogsQuery extends Paged(InferenceLogFilter) {}
