import { ApiProperty } from '@nestjs/swagger';
import type { AggregationReport } from './aggregation';

/** A day of raw metrics that is old enough to go, and stays. */
export class KeptDayDto {
  @ApiProperty({ type: String, format: 'date', example: '2026-11-13' })
  day!: string;

  @ApiProperty({ type: String, example: 'the 5-minute tier counts 100 of its 101 rows' })
  reason!: string;

  @ApiProperty({ type: Boolean, description: 'Whether somebody should look into it.', example: true })
  alarm!: boolean;
}

/** What was worked out anew, made and deleted. */
export class AggregationDto {
  @ApiProperty({
    type: String,
    enum: ['done', 'unfinished', 'skipped'],
    description: 'skipped: another replica is at it. unfinished: the time was up, and the next run takes up the rest.',
    example: 'done',
  })
  status!: 'done' | 'unfinished' | 'skipped';

  @ApiProperty({ type: 'integer', description: 'Buckets of 5 minutes that were worked out anew.', example: 2 })
  rolled_up_buckets!: number;

  @ApiProperty({ type: [String], example: ['performance_metrics_2026_11_24'] })
  partitions_created!: string[];

  @ApiProperty({ type: [String], example: ['performance_metrics_2026_11_13'] })
  partitions_dropped!: string[];

  @ApiProperty({ type: () => [KeptDayDto] })
  kept!: KeptDayDto[];

  @ApiProperty({ type: 'integer', example: 85 })
  took_ms!: number;

  static from({ rollUp, partitions, retention, tookMs }: AggregationReport): AggregationDto {
    return {
      status: rollUp.status,
      rolled_up_buckets: rollUp.buckets,
      partitions_created: [...partitions.created],
      partitions_dropped: [...retention.dropped],
      kept: retention.kept.map(({ day, reason, alarm }) => ({ day, reason, alarm })),
      took_ms: tookMs,
    };
  }
}
