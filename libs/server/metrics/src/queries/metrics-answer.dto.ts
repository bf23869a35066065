import { ApiProperty } from '@nestjs/swagger';
import type { TimeRange } from './metrics-range.dto';

/** How many samples of an answer were read from where. */
export class MetricsSourcesDto {
  @ApiProperty({ type: 'integer', description: 'From raw metrics.', example: 1204 })
  raw!: number;

  @ApiProperty({ type: 'integer', description: 'From aggregated metrics of 5 minutes.', example: 48211 })
  '5m'!: number;

  @ApiProperty({ type: 'integer', description: 'From aggregated metrics of an hour.', example: 0 })
  '1h'!: number;

  @ApiProperty({ type: 'integer', description: 'From aggregated metrics of a UTC day.', example: 0 })
  '1d'!: number;

  @ApiProperty({
    type: 'integer',
    description: 'From what a replica folded while it could not store it; within an hour or a day it counts there.',
    example: 0,
  })
  overflow!: number;
}

/** A replica that ended without saying so. */
export class UncleanBootDto {
  @ApiProperty({ type: String, format: 'uuid', example: '6f1f2a34-6a43-4c1b-8f0e-1f0a4f6f8a11' })
  boot_id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  last_seen_at!: string;

  @ApiProperty({ type: 'integer', description: 'At most so many requests went uncounted with it.', example: 12 })
  at_most!: number;
}

/** Whether everything was counted: `observed = written + overflow + dropped + in_ring`. */
export class MetricsCollectionDto {
  @ApiProperty({
    type: String,
    enum: ['ok', 'degraded', 'off'],
    description: 'How the answering replica collects right now.',
    example: 'ok',
  })
  state!: 'ok' | 'degraded' | 'off';

  @ApiProperty({ type: 'integer', description: 'Requests that were answered.', example: 49415 })
  observed!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, stored one by one.', example: 49411 })
  written!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, folded into histograms.', example: 0 })
  overflow!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, not stored at all.', example: 0 })
  dropped!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: {} })
  dropped_by_reason!: Record<string, number>;

  @ApiProperty({ type: 'integer', description: 'Of these, on their way.', example: 4 })
  in_ring!: number;

  @ApiProperty({ type: () => [UncleanBootDto], example: [] })
  unclean_boots!: UncleanBootDto[];
}

/** What every answer about metrics says of itself. */
export class MetricsAnswerDto {
  @ApiProperty({ type: String, enum: ['24h', '7d', '30d', '90d', 'custom'], example: '24h' })
  time_range!: TimeRange | 'custom';

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  start_time!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The first instant that is not counted any more.',
    example: '2026-11-21T08:30:00.000Z',
  })
  end_time!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'From where on it was counted: the full hour before the start, where that is more than 7 days ago.',
    example: '2026-11-20T08:30:00.000Z',
  })
  effective_from!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Up to where it was counted: the full hour before the end, where that is more than 7 days ago.',
    example: '2026-11-21T08:30:00.000Z',
  })
  effective_to!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Everything in the answer is as it was stored at this instant.',
    example: '2026-11-21T08:30:00.120Z',
  })
  as_of!: string;

  @ApiProperty({
    type: String,
    enum: ['nearest_rank', 'cont'],
    description:
      'Percentiles are values that occurred (off by at most 0.55 %, exact with `source=raw`), or, as `cont`, interpolated.',
    example: 'nearest_rank',
  })
  percentile_method!: 'nearest_rank' | 'cont';

  @ApiProperty({ type: () => MetricsSourcesDto })
  sources!: MetricsSourcesDto;

  @ApiProperty({ type: () => MetricsCollectionDto })
  collection!: MetricsCollectionDto;

  @ApiProperty({
    type: 'integer',
    description: 'Stored histograms that could not be read; percentiles are without what they hold, counts are not.',
    example: 0,
  })
  unreadable_histograms!: number;
}
