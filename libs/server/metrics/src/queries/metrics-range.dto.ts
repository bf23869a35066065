import { IsInstant } from '@lakescope/server-http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export const TIME_RANGES = ['24h', '7d', '30d', '90d'] as const;

export type TimeRange = (typeof TIME_RANGES)[number];

/** What time is asked about: the last hours or days, or everything from a start up to, and without, an end. */
export class RangeQuery {
  @ApiPropertyOptional({
    type: String,
    enum: TIME_RANGES,
    description: 'So far back from now; 24h when nothing is said. Not together with `start` and `end`.',
    example: '24h',
  })
  @IsOptional()
  @IsIn(TIME_RANGES)
  time_range?: TimeRange;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'The first instant, within the last 90 days; together with `end`.',
  })
  @IsOptional()
  @IsInstant()
  start?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'The instant after the last one, not in the future; together with `start`.',
  })
  @IsOptional()
  @IsInstant()
  end?: string;
}
