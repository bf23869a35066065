import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { ENGINES, MODES, ON_POISON, PathRewriteDto, TableResetDto } from './ingestion-request.dto';
import { JobFailureDto, JobWarningDto } from './job-findings.dto';
import { JobTableDto } from './job-table.dto';
import { JOB_STATUSES, type JobStatus } from './job-values';

/** How many there are of something, and how far they are. */
export class JobCountDto {
  /** Ingested. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 118 })
  done!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  failed!: number;

  /** Of tables: nothing was new. Of folders: ingested by another run meanwhile. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  skipped!: number;

  /** As far as is known; it grows while folders are listed. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 200 })
  total!: number;
}

/** How far a job is. Failures count as done. */
export class JobProgressDto {
  @ApiProperty({ type: () => JobCountDto })
  tables!: JobCountDto;

  @ApiProperty({ type: () => JobCountDto })
  folders!: JobCountDto;

  @ApiProperty({ type: 'integer', minimum: 0, example: 472 })
  files!: number;

  /** Rows ingested so far. */
  @ApiProperty({ example: '184220' })
  rows!: string;

  /** Bytes of the files ingested so far. */
  @ApiProperty({ example: '9437184' })
  bytes!: string;

  /** Share of the folders that is done with, 0 to 100; null while no folder is known. */
  @ApiProperty({ type: Number, nullable: true, example: 59.5 })
  percent!: number | null;

  /** Folders ingested per second of work; null before the first. */
  @ApiProperty({ type: Number, nullable: true, example: 41.2 })
  folders_per_second!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 16077.4 })
  rows_per_second!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 823640.1 })
  bytes_per_second!: number | null;

  /** Seconds until all known folders are done with at the speed so far; null while there is no telling. */
  @ApiProperty({ type: Number, nullable: true, example: 2 })
  eta_seconds!: number | null;

  /** Milliseconds that were worked on it. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 2890 })
  active_ms!: number;
}

/** Where a job reads or writes. */
export class JobPlaceDto {
  @ApiProperty({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  connection_id!: string;

  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  uri!: string;
}

/** What a job was asked for. There is no secret in it. */
export class JobConfigDto {
  /** `uri` is that of the manifest. */
  @ApiProperty({ type: () => JobPlaceDto })
  source!: JobPlaceDto;

  @ApiProperty({ type: () => JobPlaceDto })
  target!: JobPlaceDto;

  @ApiProperty({ enum: ENGINES, example: 'embedded' })
  engine!: (typeof ENGINES)[number];

  @ApiProperty({ enum: MODES, example: 'reference' })
  mode!: (typeof MODES)[number];

  /** Null: all. */
  @ApiProperty({ type: [String], nullable: true, example: ['cc_*'] })
  include!: string[] | null;

  @ApiProperty({ type: [String], nullable: true, example: null })
  exclude!: string[] | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 4 })
  parallel_tables!: number;

  @ApiProperty()
  enforce_fence!: boolean;

  @ApiProperty({ type: () => PathRewriteDto, nullable: true, example: null })
  path_rewrite!: PathRewriteDto | null;

  @ApiProperty({ enum: ON_POISON, example: 'continue' })
  on_poison!: (typeof ON_POISON)[number];

  @ApiProperty({ type: () => [TableResetDto] })
  resets!: TableResetDto[];

  @ApiProperty({ example: false })
  ignore_unchanged_manifest!: boolean;

  /** Whether folders that earlier runs put aside are tried again. */
  @ApiProperty({ example: false })
  retry_quarantined!: boolean;
}

/** A job as lists show it. */
export class JobSummaryDto {
  @ApiProperty({ format: 'uuid' })
  job_id!: string;

  /**
   * `interrupted`: the server that worked on it is gone; it is taken up again where it was. `completed_with_errors`: something was left
   * behind. `failed`: nothing could be ingested.
   */
  @ApiProperty({ enum: JOB_STATUSES, example: 'running' })
  status!: JobStatus;

  /** Whether somebody has cancelled it and it has still to stop. */
  @ApiProperty({ example: false })
  cancel_requested!: boolean;

  /** Whose it is. */
  @ApiProperty({ example: 'ana@example.com' })
  user_id!: string;

  @ApiProperty({ type: () => JobConfigDto })
  config!: JobConfigDto;

  @ApiProperty({ type: () => JobProgressDto })
  progress!: JobProgressDto;

  /** Whether there was nothing to do, because the manifest was that of the last run that left nothing behind. */
  @ApiProperty({ example: false })
  manifest_unchanged!: boolean;

  /** Why it failed as a whole; tables and folders have failures of their own. */
  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;

  /** Job whose rest this one ingests. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  retry_of!: string | null;

  /** Schedule that started it. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  schedule_id!: string | null;

  /** How often in a row somebody has begun to work on it without a version written in between; more than once after an interruption. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  attempts!: number;

  /** Ties it to lines of the app's log. */
  @ApiProperty()
  correlation_id!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;
}

/** A job with its tables. */
export class JobDto extends JobSummaryDto {
  /** Warnings of the job as a whole. */
  @ApiProperty({ type: () => [JobWarningDto] })
  warnings!: JobWarningDto[];

  /** Tables that were begun, by name: as many as the manifest has. */
  @ApiProperty({ type: () => [JobTableDto] })
  tables!: JobTableDto[];
}

export class JobPage extends ApiPage(JobSummaryDto) {}

/** A job that was started. */
export class AcceptedJobDto {
  @ApiProperty({ format: 'uuid' })
  job_id!: string;

  @ApiProperty({ enum: JOB_STATUSES, example: 'pending' })
  status!: JobStatus;
}

/** A job that was cancelled. */
export class CancelledJobDto {
  @ApiProperty({ format: 'uuid' })
  job_id!: string;

  /** `cancelled` when it had not begun; one that is under way stops after the folders it is at, and is `cancelled` then. */
  @ApiProperty({ enum: JOB_STATUSES, example: 'running' })
  status!: JobStatus;

  @ApiProperty({ example: true })
  cancel_requested!: boolean;
}
