import { ApiProperty } from '@nestjs/swagger';

/** How the queue of ingestion jobs stands, over all replicas. */
export class JobsHealthDto {
  /** `degraded`: a job is under way of which nothing has been heard for longer than it may be silent. */
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status!: 'ok' | 'degraded';

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  pending!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  running!: number;

  /** To be taken up again. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  interrupted!: number;

  /** Under way, and silent for too long. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  silent!: number;

  /** Milliseconds that the oldest one has waited; null when none waits. */
  @ApiProperty({ type: Number, nullable: true, example: null })
  oldest_pending_ms!: number | null;

  /** Jobs that may be under way at once. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  max_running!: number;

  /** Engines that can be asked for. */
  @ApiProperty({ type: [String], example: ['embedded'] })
  engines!: string[];
}
