import type { Phase } from '@lakescope/server-http';
import type { MetricsState } from '@lakescope/server-metrics';
import { ApiProperty } from '@nestjs/swagger';
import { DatabaseCredentialDto } from './database-credential.dto';

/** One process of the app. */
export class ReplicaDto {
  @ApiProperty({ type: String, format: 'uuid', example: '6f1f2a34-6a43-4c1b-8f0e-1f0a4f6f8a11' })
  id!: string;

  @ApiProperty({ type: String, example: '0.1.0' })
  version!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  started_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it last worked on the database, to the minute.',
    example: '2026-11-21T09:30:00.000Z',
  })
  last_seen_at!: string;

  @ApiProperty({ type: Boolean, description: 'Whether it is the one that answers.', example: true })
  is_this_one!: boolean;
}

/** The database as this process finds it. */
export class DatabaseOverviewDto {
  @ApiProperty({ type: String, enum: ['ok', 'unavailable', 'not_configured'], example: 'ok' })
  status!: 'ok' | 'unavailable' | 'not_configured';

  @ApiProperty({ type: String, nullable: true, example: '17.10' })
  server_version!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Last migration that was applied.',
    example: 'CreateReplicas1795305660000',
  })
  schema_version!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How long a trivial statement took, acquiring the connection included.',
    example: 3.1,
  })
  latency_ms!: number | null;
}

/** The pool of this process right now. */
export class PoolOverviewDto {
  @ApiProperty({ type: 'integer', description: 'Open connections.', example: 2 })
  total!: number;

  @ApiProperty({ type: 'integer', description: 'Open connections nobody uses.', example: 2 })
  idle!: number;

  @ApiProperty({ type: 'integer', description: 'Requests waiting for a connection.', example: 0 })
  waiting!: number;

  @ApiProperty({ type: 'integer', description: 'The most connections the pool opens.', example: 20 })
  max!: number;
}

/** How the metrics of this process are doing. */
export class MetricsOverviewDto {
  @ApiProperty({
    type: String,
    enum: ['ok', 'degraded', 'off'],
    description:
      'degraded: requests wait longer than they should before they are stored. off: no database is configured.',
    example: 'ok',
  })
  state!: 'ok' | 'degraded' | 'off';

  @ApiProperty({ type: 'integer', description: 'Requests that wait to be stored.', example: 3 })
  in_ring!: number;

  @ApiProperty({ type: 'integer', description: 'So many may wait before they are folded together.', example: 262_144 })
  ring_capacity!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Requests since the start: observed = written + overflow + dropped + in_ring, at every moment.',
    example: 1_503,
  })
  observed!: number;

  @ApiProperty({ type: 'integer', description: 'Stored one by one.', example: 1_500 })
  written!: number;

  @ApiProperty({ type: 'integer', description: 'Folded into histograms, because too many waited.', example: 0 })
  overflow!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Lost, by reason.',
    example: {},
  })
  dropped_by_reason!: Record<string, number>;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:30:00.000Z' })
  last_flush_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:29:45.000Z' })
  last_roll_up_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Begin of the oldest 5 minutes, of any replica, that are not rolled up yet.',
    example: '2026-11-21T09:30:00.000Z',
  })
  oldest_dirty_at!: string | null;

  static from(metrics: MetricsState, oldestDirty: Date | undefined): MetricsOverviewDto {
    return {
      state: metrics.state,
      in_ring: metrics.inRing,
      ring_capacity: metrics.ringCapacity,
      observed: metrics.observed,
      written: metrics.written,
      overflow: metrics.overflow,
      dropped_by_reason: { ...metrics.dropped },
      last_flush_at: metrics.lastFlushAt?.toISOString() ?? null,
      last_roll_up_at: metrics.lastRollUpAt?.toISOString() ?? null,
      oldest_dirty_at: oldestDirty?.toISOString() ?? null,
    };
  }
}

/** What the app and its replicas are doing. */
export class AdminOverviewDto {
  @ApiProperty({ type: String, example: '0.1.0' })
  version!: string;

  @ApiProperty({ type: String, example: '24.9.0' })
  node_version!: string;

  @ApiProperty({ type: String, enum: ['starting', 'migrating', 'ready', 'stopping'], example: 'ready' })
  phase!: Phase;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  started_at!: string;

  @ApiProperty({ type: 'integer', example: 3600 })
  uptime_seconds!: number;

  @ApiProperty({
    type: () => [ReplicaDto],
    description: 'Those that worked on the database within the last hour; only the answering one when it is away.',
  })
  replicas!: ReplicaDto[];

  @ApiProperty({ type: () => DatabaseOverviewDto })
  database!: DatabaseOverviewDto;

  @ApiProperty({ type: () => PoolOverviewDto })
  pool!: PoolOverviewDto;

  @ApiProperty({ type: () => DatabaseCredentialDto })
  credential!: DatabaseCredentialDto;

  @ApiProperty({ type: () => MetricsOverviewDto })
  metrics!: MetricsOverviewDto;
}
