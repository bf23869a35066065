import { ApiPage, Paged } from '@lakescope/server-http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsNumber, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { EndpointQuery } from './performance-metrics.dto';

/** Which single requests are wanted. */
class RequestFilter extends EndpointQuery {
  @ApiPropertyOptional({
    type: String,
    pattern: '^[1-5](?:xx|\\d\\d)$',
    description: 'Only what was answered with this status, or with one of its hundred.',
    example: '5xx',
  })
  @IsOptional()
  @Matches(/^[1-5](?:xx|\d\d)$/, { message: 'must be a status like 404 or 4xx' })
  status?: string;

  @ApiPropertyOptional({ type: String, maxLength: 320, description: 'Only what this person asked for.' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(320)
  user_id?: string;

  @ApiPropertyOptional({ type: Number, minimum: 0, description: 'Only what took at least so long.', example: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(86_400_000)
  min_ms?: number;
}

/** Which page of which requests. */
export class ListRequestsQuery extends Paged(RequestFilter) {}

/** One request that was answered, or that its client gave up. */
export class ObservedRequestDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it began.',
    example: '2026-11-21T08:30:00.000Z',
  })
  timestamp!: string;

  @ApiProperty({ type: String, example: '/api/v1/preferences/:key' })
  endpoint!: string;

  @ApiProperty({ type: String, example: 'DELETE' })
  method!: string;

  @ApiProperty({ type: 'integer', description: '499 when the client left before the answer.', example: 404 })
  status_code!: number;

  @ApiProperty({ type: Number, example: 12.5 })
  response_time_ms!: number;

  @ApiProperty({ type: String, nullable: true, example: 'ada.keller@lakescope.example' })
  user_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Code of the problem it was answered with.',
    example: 'PREFERENCE_NOT_FOUND',
  })
  error_type!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '0b6a1c1e-5a37-4c51-9a52-3d1f1a3f7b0e' })
  correlation_id!: string | null;
}

/** A page of requests, latest first. */
export class ObservedRequestPage extends ApiPage(ObservedRequestDto) {}
