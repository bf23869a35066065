import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { MetricsAnswerDto } from './metrics-answer.dto';
import { RangeQuery } from './metrics-range.dto';

/** Which usage events of which time. */
export class UsageQuery extends RangeQuery {
  @ApiPropertyOptional({ type: String, maxLength: 50, description: 'Only events of this type.', example: 'page_view' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  event_type?: string;

  @ApiPropertyOptional({
    type: String,
    enum: ['previous'],
    description: 'Also tells of the time of the same length before.',
  })
  @IsOptional()
  @IsIn(['previous'])
  compare?: 'previous';
}

/** All usage events together. */
export class UsageTotalsDto {
  @ApiProperty({ type: 'integer', example: 3120 })
  total_events!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Different people whose events these are. Null for one type of event over more than 48 hours: aggregated metrics do not know who did what.',
    example: 40,
  })
  unique_users!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Different people who made requests or whose events were recorded, whatever their type.',
    example: 42,
  })
  active_users!: number;
}

/** The time of the same length before. */
export class PreviousUsageDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-19T08:30:00.000Z' })
  start_time!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  end_time!: string;

  @ApiProperty({ type: () => UsageTotalsDto })
  metrics!: UsageTotalsDto;
}

/** What people do in the app. */
export class UsageMetricsDto extends MetricsAnswerDto {
  @ApiProperty({ type: () => UsageTotalsDto })
  metrics!: UsageTotalsDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Number of events of each type, most frequent first.',
    example: { page_view: 2100, button_click: 1020 },
  })
  event_distribution!: Record<string, number>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Views of the 50 pages that were viewed most; those of all others are `(other)`.',
    example: { '/': 820, '/catalog': 411 },
  })
  page_views!: Record<string, number>;

  @ApiProperty({
    type: () => PreviousUsageDto,
    nullable: true,
    description: 'Null unless asked for, and when it began before the history does.',
  })
  previous!: PreviousUsageDto | null;
}
