import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { MetricsAnswerDto } from './metrics-answer.dto';
import { EndpointQuery } from './performance-metrics.dto';

export const METRIC_TYPES = ['performance', 'usage', 'both'] as const;

/** Which metrics of which time, step by step. */
export class TimeSeriesQuery extends EndpointQuery {
  @ApiPropertyOptional({ type: String, enum: METRIC_TYPES, description: '`both` when nothing is said.' })
  @IsOptional()
  @IsIn(METRIC_TYPES)
  metric_type?: (typeof METRIC_TYPES)[number];
}

const MILLISECONDS = { type: Number, nullable: true, description: 'Null when there were no requests.' } as const;

/** What happened within one step. */
export class TimeSeriesPointDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Where the step begins; the first and the last step may be cut off by the range.',
    example: '2026-11-20T08:30:00.000Z',
  })
  timestamp!: string;

  @ApiProperty({ type: 'integer', example: 310 })
  total_requests!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  error_count!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Null when there were no requests.', example: 0.0065 })
  error_rate!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 60.2 })
  avg_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 37.9 })
  p50_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 199.1 })
  p95_response_time_ms!: number | null;

  @ApiProperty({ ...MILLISECONDS, example: 480.5 })
  p99_response_time_ms!: number | null;

  @ApiProperty({ type: 'integer', example: 45 })
  total_events!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Different people whose events these are; null when usage was not asked for.',
    example: 7,
  })
  unique_users!: number | null;
}

/** Metrics step by step. Every step of the range is there, also where nothing happened. */
export class MetricsTimeSeriesDto extends MetricsAnswerDto {
  @ApiProperty({ type: 'integer', description: 'Length of a step.', example: 300 })
  interval_seconds!: number;

  @ApiProperty({ type: () => [TimeSeriesPointDto] })
  data_points!: TimeSeriesPointDto[];
}
