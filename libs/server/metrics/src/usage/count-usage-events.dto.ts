import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';

export const TIME_RANGES = ['24h', '7d', '30d', '90d'] as const;

/** Of which time events are counted: a named range up to now, or from `start` up to `end`. */
export class CountUsageEventsQuery {
  @ApiPropertyOptional({ type: String, enum: TIME_RANGES, description: 'Up to now; 24h when nothing else is said.' })
  @IsOptional()
  @IsIn(TIME_RANGES)
  time_range?: (typeof TIME_RANGES)[number];

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'The first moment; asked for with `end`.' })
  @IsOptional()
  @IsString()
  start?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'The first moment that is not wanted.' })
  @IsOptional()
  @IsString()
  end?: string;
}
