import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { JobFailureDto } from '../runs/job-findings.dto';
import { FRESHNESS_STATES, type FreshnessState } from './freshness-values';

/** A moment as the source counts them. */
export class FreshnessInstantDto {
  /** Epoch milliseconds. */
  @ApiProperty({ example: '1712345678901' })
  ms!: string;

  /** Null where it is no date at all. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2024-04-05T19:34:38.901Z' })
  at!: string | null;
}

/** Where change data comes from. */
export class FreshnessSourceDto {
  @ApiProperty({ example: 's3://acme-cda/cda/manifest.json' })
  manifest_uri!: string;

  /** S3 connection that the last run read with. */
  @ApiProperty({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  connection_id!: string;
}

/** How far an ingested table lies behind its source, as of the last look at the manifest. */
export class TableFreshnessDto {
  @ApiProperty({ example: 'cc_claim' })
  table!: string;

  /** Whose runs ingest it. */
  @ApiProperty({ example: '4711' })
  user_id!: string;

  @ApiProperty({ type: () => FreshnessSourceDto })
  source!: FreshnessSourceDto;

  /** The folder with the folders of the tables. */
  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  target_uri!: string;

  /** S3 connection that the last run wrote with; null where that is not known any more. */
  @ApiProperty({ type: String, nullable: true, example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  target_connection_id!: string | null;

  /** Newest folder that is ingested; null while there is none. */
  @ApiProperty({ type: () => FreshnessInstantDto, nullable: true })
  watermark!: FreshnessInstantDto | null;

  /** Newest folder that the manifest says is written; null where it says nothing of the table. */
  @ApiProperty({ type: () => FreshnessInstantDto, nullable: true })
  fence!: FreshnessInstantDto | null;

  /** From the watermark to the fence; null where one of them is not known. */
  @ApiProperty({ type: Number, nullable: true, example: 120 })
  behind_seconds!: number | null;

  /** From the watermark until now; null while nothing is ingested. */
  @ApiProperty({ type: Number, nullable: true, example: 7260 })
  age_seconds!: number | null;

  /** When the manifest was read that says so, or was found to be still the same; null when it never was. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checked_at!: string | null;

  @ApiProperty({ enum: FRESHNESS_STATES, example: 'fresh' })
  state!: FreshnessState;

  /** Why it stands so; null where there is nothing to say. */
  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;

  /** From here on it is late; null where none is set. */
  @ApiProperty({ type: Number, nullable: true, example: 3600 })
  threshold_seconds!: number | null;

  /** Job that has last worked on it. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  last_job_id!: string | null;

  /** Schedule of the last run. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  schedule_id!: string | null;
}

/** How many tables stand so. */
export class FreshnessCountsDto {
  @ApiProperty({ type: 'integer', minimum: 0, example: 690 })
  fresh!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 8 })
  late!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  blocked!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 1 })
  unknown!: number;
}

/** One source that is ingested into one target, with all its tables. */
export class TargetFreshnessDto extends FreshnessCountsDto {
  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  target_uri!: string;

  /** Whose runs ingest it. */
  @ApiProperty({ example: '4711' })
  user_id!: string;

  @ApiProperty({ type: () => FreshnessSourceDto })
  source!: FreshnessSourceDto;

  /** S3 connection that the last run wrote with; null where that is not known any more. */
  @ApiProperty({ type: String, nullable: true, example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  target_connection_id!: string | null;

  /** Of the table that is furthest behind; null where that is known of none. */
  @ApiProperty({ type: Number, nullable: true, example: 5400 })
  worst_behind_seconds!: number | null;

  /** Default of the target; null where none is set. */
  @ApiProperty({ type: Number, nullable: true, example: 3600 })
  threshold_seconds!: number | null;

  /** When the manifest was last read. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checked_at!: string | null;

  /** Why the manifest could not be read when it was last tried; null when it could. */
  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  last_job_id!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  schedule_id!: string | null;
}

/** All tables together, whatever page is asked for. */
export class FreshnessSummaryDto extends FreshnessCountsDto {
  /** The worst first, at most 100. */
  @ApiProperty({ type: () => [TargetFreshnessDto] })
  targets!: TargetFreshnessDto[];
}

/** A page of tables, with how all of them stand. */
export class FreshnessPage extends ApiPage(TableFreshnessDto) {
  /** Of the scope and target that are asked for, whatever state and name. */
  @ApiProperty({ type: () => FreshnessSummaryDto })
  summary!: FreshnessSummaryDto;
}

/** What a look at a manifest has found. */
export class FreshnessCheckDto {
  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  target_uri!: string;

  @ApiProperty({ example: 's3://acme-cda/cda/manifest.json' })
  manifest_uri!: string;

  /** When the manifest was last read; not now when it could not be. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  checked_at!: string | null;

  /** Whether it was still the manifest that was read before. */
  @ApiProperty({ example: false })
  not_modified!: boolean;

  /** Why it could not be read; null when it could. */
  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;
}

/** What was found, source by source. */
export class FreshnessCheckListDto {
  @ApiProperty({ type: () => [FreshnessCheckDto] })
  items!: FreshnessCheckDto[];
}

/** From how far behind on tables are late. */
export class FreshnessThresholdDto {
  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  target_uri!: string;

  /** Table that it is for; null: all of the target that have none of their own. */
  @ApiProperty({ type: String, nullable: true, example: null })
  table!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, example: 60 })
  minutes!: number;

  /** Whose tables they are. */
  @ApiProperty({ example: '4711' })
  user_id!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class FreshnessThresholdPage extends ApiPage(FreshnessThresholdDto) {}
