import { ApiPage, Paged } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { IngestionRequestDto } from '../runs/ingestion-request.dto';
import { JOB_STATUSES, type JobStatus } from '../runs/job-values';
import { ScopeFilter } from '../runs/scope-filter.dto';

export class ListSchedulesQuery extends Paged(ScopeFilter) {}

/** What is started again and again. */
export class ScheduleDto {
  @ApiProperty({ format: 'uuid' })
  schedule_id!: string;

  /** Whose it is, and with whose connections it works. */
  @ApiProperty({ example: 'ana@example.com' })
  user_id!: string;

  @ApiProperty({ example: 'Claims, every quarter of an hour' })
  name!: string;

  @ApiProperty({ example: '*/15 * * * *' })
  cron!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  time_zone!: string;

  /** Whether nothing is started for now. It is paused by itself after several failures in a row, as `last_error` then says. */
  @ApiProperty({ example: false })
  paused!: boolean;

  /** What each run is asked for, with the connections that were found for it. There is no secret in it. */
  @ApiProperty({ type: () => IngestionRequestDto })
  request!: IngestionRequestDto;

  /** Null while it is paused. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  next_run_at!: string | null;

  /** The next three times; none while it is paused. */
  @ApiProperty({ type: [String], example: ['2026-11-22T10:15:00.000Z'] })
  next_runs!: string[];

  /** When it last started a job. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_run_at!: string | null;

  /** When it was last due and the source was looked at, whether or not there was anything new. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  last_checked_at!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  last_job_id!: string | null;

  /** How that job stands; null when there is none any more. */
  @ApiProperty({ type: String, enum: JOB_STATUSES, nullable: true, example: 'completed' })
  last_job_status!: JobStatus | null;

  /** Why it started nothing when it was last due, or why it is paused. Null when all went well, also when there was nothing new. */
  @ApiProperty({ type: String, nullable: true, example: null })
  last_error!: string | null;

  /** Failures in a row: runs that failed as a whole, and times at which none could be started. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  failures!: number;

  /** Counts the changes by people; send it as If-Match to write only when nobody else did. */
  @ApiProperty({ type: 'integer', minimum: 1 })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class SchedulePage extends ApiPage(ScheduleDto) {}

/** When a schedule would be due. */
export class SchedulePreviewDto {
  /** The next five times. */
  @ApiProperty({ type: [String], example: ['2026-11-22T10:15:00.000Z'] })
  next_runs!: string[];
}
