import { ApiProperty } from '@nestjs/swagger';
import { JobFailureDto, JobWarningDto } from './job-findings.dto';

const STATES = ['ready', 'up_to_date', 'blocked'] as const;

/** What a run would do to a table. */
export class PlannedTableDto {
  @ApiProperty({ example: 'cc_claim' })
  table!: string;

  /** `blocked`: it would fail, as `failure` says. */
  @ApiProperty({ enum: STATES, example: 'ready' })
  state!: (typeof STATES)[number];

  /** Folders that are new. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 50 })
  folders!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 200 })
  files!: number;

  @ApiProperty({ example: '1048576' })
  bytes!: string;

  /** How far the table is behind what the manifest says is written; null while nothing is ingested. */
  @ApiProperty({ type: Number, nullable: true, example: 120000 })
  lag_ms!: number | null;

  /** What the manifest says is written, in epoch milliseconds. */
  @ApiProperty({ example: '1712345678901' })
  fence!: string;

  /** Schemas that the table has had, the oldest first. */
  @ApiProperty({ type: [String], example: ['9f2c51d0a7be4c0e8d1f6a3b5c7e9012'] })
  fingerprints!: string[];

  /** Folders that earlier runs put aside. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  quarantined!: number;

  @ApiProperty({ type: () => [JobWarningDto] })
  warnings!: JobWarningDto[];

  @ApiProperty({ type: () => JobFailureDto, nullable: true, example: null })
  failure!: JobFailureDto | null;
}

/** What a run would do. Nothing is written. */
export class JobPlanDto {
  /** What holds for all tables. */
  @ApiProperty({ type: () => [JobWarningDto] })
  warnings!: JobWarningDto[];

  /** Tables that the manifest has and the request includes. */
  @ApiProperty({ type: () => [PlannedTableDto] })
  tables!: PlannedTableDto[];

  @ApiProperty({ type: 'integer', minimum: 0, example: 50 })
  folders!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 200 })
  files!: number;

  @ApiProperty({ example: '1048576' })
  bytes!: string;
}
