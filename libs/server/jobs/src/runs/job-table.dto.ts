import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { JobFailureDto, JobSchemaChangeDto, JobWarningDto } from './job-findings.dto';
import {
  JOB_FOLDER_STATUSES,
  JOB_TABLE_STATUSES,
  RECONCILIATIONS,
  type JobFolderStatus,
  type JobTableStatus,
} from './job-values';

/** Delta versions, both inclusive. */
export class VersionRangeDto {
  @ApiProperty({ example: '12' })
  from!: string;

  @ApiProperty({ example: '40' })
  to!: string;
}

/** The newest ingested folder of a schema of the table. */
export class WatermarkDto {
  @ApiProperty({ example: '9f2c51d0a7be4c0e8d1f6a3b5c7e9012' })
  fingerprint!: string;

  /** Epoch milliseconds, as the folder is called. */
  @ApiProperty({ example: '1712345678901' })
  folder!: string;
}

/** What a job did to a table. */
export class JobTableDto {
  @ApiProperty({ example: 'cc_claim' })
  table!: string;

  @ApiProperty({ enum: JOB_TABLE_STATUSES, example: 'completed' })
  status!: JobTableStatus;

  @ApiProperty({ type: 'integer', minimum: 0, example: 50 })
  folders_total!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 50 })
  folders_done!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  folders_failed!: number;

  /** Ingested by another run meanwhile. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  folders_skipped!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 200 })
  files!: number;

  @ApiProperty({ example: '3204' })
  rows!: string;

  @ApiProperty({ example: '1048576' })
  bytes!: string;

  /** Versions that the job wrote; null when none. */
  @ApiProperty({ type: () => VersionRangeDto, nullable: true })
  versions!: VersionRangeDto | null;

  @ApiProperty({ type: () => [WatermarkDto] })
  watermarks!: WatermarkDto[];

  @ApiProperty({ type: () => [JobSchemaChangeDto] })
  schema_changes!: JobSchemaChangeDto[];

  /** How the rows compare with what the source says it has written; the worst of its folders, null before the first. */
  @ApiProperty({ enum: RECONCILIATIONS, type: String, nullable: true, example: 'OK' })
  reconciliation!: (typeof RECONCILIATIONS)[number] | null;

  @ApiProperty({ type: () => [JobWarningDto] })
  warnings!: JobWarningDto[];

  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;

  @ApiProperty({ format: 'date-time' })
  started_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  ended_at!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 412 })
  duration_ms!: number | null;
}

/** What a job did to a folder. */
export class JobFolderDto {
  @ApiProperty({ example: '9f2c51d0a7be4c0e8d1f6a3b5c7e9012' })
  fingerprint!: string;

  /** Epoch milliseconds, as the folder is called. */
  @ApiProperty({ example: '1712345678901' })
  folder!: string;

  /** `skipped`: another run has ingested it meanwhile. `failed`: it was put aside. */
  @ApiProperty({ enum: JOB_FOLDER_STATUSES, example: 'done' })
  status!: JobFolderStatus;

  /** The Delta version that holds it; null when it was put aside or skipped. */
  @ApiProperty({ type: String, nullable: true, example: '12' })
  version!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 4 })
  files!: number;

  @ApiProperty({ example: '64' })
  rows!: string;

  /** Rows that the source says it has written; null when it does not say. */
  @ApiProperty({ type: String, nullable: true, example: '64' })
  expected_rows!: string | null;

  @ApiProperty({ example: '20480' })
  bytes!: string;

  @ApiProperty({ enum: RECONCILIATIONS, type: String, nullable: true, example: 'OK' })
  reconciliation!: (typeof RECONCILIATIONS)[number] | null;

  @ApiProperty({ type: () => [JobSchemaChangeDto] })
  schema_changes!: JobSchemaChangeDto[];

  @ApiProperty({ type: () => [JobWarningDto] })
  warnings!: JobWarningDto[];

  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 8 })
  duration_ms!: number;

  @ApiProperty({ format: 'date-time' })
  recorded_at!: string;
}

/** Folders of a table, the oldest first. */
export class JobFolderPage extends ApiPage(JobFolderDto) {}
