import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { MetricsAnswerDto } from './metrics-answer.dto';
import { RangeQuery } from './metrics-range.dto';

/** Which requests of which time. */
export class EndpointQuery extends RangeQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: 8192,
    description: "Only this endpoint: a route's template, or a path that belongs to one.",
    example: '/api/v1/preferences/:key',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(8192)
  endpoint?: string;

  @ApiPropertyOptional({ type: String, maxLength: 32, description: 'Only this HTTP method.', example: 'GET' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  method?: string;
}

/** Which requests of which time, and how they are to be reckoned. */
export class PerformanceQuery extends EndpointQuery {
  @ApiPropertyOptional({
    type: String,
    enum: ['raw'],
    description: 'Reckons with raw metrics alone: exact percentiles, of the last 7 days.',
  })
  @IsOptional()
  @IsIn(['raw'])
  source?: 'raw';

  @ApiPropertyOptional({
    type: String,
    enum: ['cont'],
    description: 'Interpolates between neighbours (`percentile_cont`); with `source=raw` only.',
  })
  @IsOptional()
  @IsIn(['cont'])
  percentiles?: 'cont';

  @ApiPropertyOptional({
    type: String,
    enum: ['previous'],
    description: 'Also tells of the time of the same length before.',
  })
  @IsOptional()
  @IsIn(['previous'])
  compare?: 'previous';
}

const MILLISECONDS = { type: Number, nullable: true, description: 'Null when there were no requests.' } as const;

/** What is said about any number of requests. */
export class LatencyDto {
  @ApiProperty({ type: 'integer', description: 'Requests that were answered with 400 or more.', example: 17 })
  error_count!: number;

  @ApiProperty({ type: Number, description: 'Share of the requests, 0 to 1; 0 when there were none.', example: 0.0034 })
  error_rate!: number;

  @ApiProperty({ ...MILLISECONDS, example: 61.4 })
  avg_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 38.7 })
  p50_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 204.9 })
  p95_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 511.2 })
  p99_response_time_ms!: number | null;
}

/** All requests together. */
export class PerformanceTotalsDto extends LatencyDto {
  @ApiProperty({ type: 'integer', example: 5012 })
  total_requests!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Different people who made requests or whose events were recorded; of one endpoint or method, who used that. Null for one endpoint or method over more than 48 hours: aggregated metrics do not know who used what.',
    example: 42,
  })
  active_users!: number | null;
}

/** The requests to one endpoint. */
export class EndpointMetricsDto extends LatencyDto {
  @ApiProperty({ type: String, example: '/api/v1/preferences/:key' })
  endpoint!: string;

  @ApiProperty({ type: String, example: 'GET' })
  method!: string;

  @ApiProperty({ type: 'integer', example: 480 })
  request_count!: number;
}

/** The time of the same length before. */
export class PreviousPerformanceDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-19T08:30:00.000Z' })
  start_time!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  end_time!: string;

  @ApiProperty({ type: () => PerformanceTotalsDto })
  metrics!: PerformanceTotalsDto;
}

/** How fast requests were answered, and how many failed. */
export class PerformanceMetricsDto extends MetricsAnswerDto {
  @ApiProperty({ type: () => PerformanceTotalsDto })
  metrics!: PerformanceTotalsDto;

  @ApiProperty({ type: () => [EndpointMetricsDto], description: 'Slowest on average first.' })
  endpoints!: EndpointMetricsDto[];

  @ApiProperty({
    type: () => PreviousPerformanceDto,
    nullable: true,
    description: 'Null unless asked for, and when it began before the history does.',
  })
  previous!: PreviousPerformanceDto | null;
}
