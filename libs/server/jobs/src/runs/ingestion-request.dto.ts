import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

export const ENGINES = ['embedded', 'warehouse', 'databricks-job', 'ray'] as const;
export const MODES = ['reference', 'copy'] as const;
export const ON_POISON = ['continue', 'stop'] as const;
export const RESET_DECISIONS = ['rebuild', 'continue'] as const;

const LONGEST_URI = 1_024;
const LONGEST_CONNECTION = 100;
const MOST_PATTERNS = 1_000;
const PATTERN = /^[a-z0-9_*?]{1,200}$/;
const PATTERN_MESSAGE = '$property must be names of tables, of a-z, 0-9 and _, in which * and ? stand for others';
/** Names that no table can have are left out by what the manifest calls them. */
const ANY_NAME = /^[^\p{Cc}\p{Surrogate}]{1,200}$/u;
const ANY_NAME_MESSAGE = '$property must be names as the manifest has them, in which * and ? stand for others';

/** Where change data is read from. */
export class JobSourceDto {
  /** S3 connection to read with. Left out: the one of the caller's that begins with the bucket. */
  @ApiPropertyOptional({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CONNECTION)
  connection_id?: string;

  /** The manifest of the change data. */
  @ApiProperty({ example: 's3://acme-cda/cda/manifest.json' })
  @IsString()
  @MaxLength(LONGEST_URI)
  manifest_uri!: string;
}

/** Where the Delta tables are written. */
export class JobTargetDto {
  /** S3 connection to write with. Left out: the one of the caller's that begins with the bucket. */
  @ApiPropertyOptional({ example: '3f1c0a52-7a0e-4a1b-8c58-6f6a4a1d2b10' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CONNECTION)
  connection_id?: string;

  /** The folder that gets one folder for each table. */
  @ApiProperty({ example: 's3://claims-lake/raw/guidewire' })
  @IsString()
  @MaxLength(LONGEST_URI)
  uri!: string;
}

/** For data that was copied from where it was written: the beginning of its paths in the manifest, and what it is here. */
export class PathRewriteDto {
  @ApiProperty({ example: 's3://guidewire-prod/cda' })
  @IsString()
  @MaxLength(LONGEST_URI)
  from!: string;

  @ApiProperty({ example: 's3://acme-cda/cda' })
  @IsString()
  @MaxLength(LONGEST_URI)
  to!: string;
}

/** What was decided about a table whose source was reset. */
export class TableResetDto {
  @ApiProperty({ example: 'cc_claim' })
  @Matches(/^[a-z0-9_]{1,200}$/, { message: '$property must be the name of a table' })
  table!: string;

  /** `rebuild` ingests it from its start, `continue` goes on from where it is. */
  @ApiProperty({ enum: RESET_DECISIONS, example: 'continue' })
  @IsIn(RESET_DECISIONS)
  decision!: (typeof RESET_DECISIONS)[number];
}

/** What is ingested from where, and how. */
export class IngestionRequestDto {
  @ApiProperty({ type: () => JobSourceDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => JobSourceDto)
  source!: JobSourceDto;

  @ApiProperty({ type: () => JobTargetDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => JobTargetDto)
  target!: JobTargetDto;

  /** What does the work. So far `embedded` alone, which works inside of the app; the others are refused. */
  @ApiPropertyOptional({ enum: ENGINES, default: 'embedded' })
  @IsIn(ENGINES)
  engine: (typeof ENGINES)[number] = 'embedded';

  /** `reference`: tables point to the files where they are. `copy`: files are copied beside the tables first. */
  @ApiPropertyOptional({ enum: MODES, default: 'reference' })
  @IsIn(MODES)
  mode: (typeof MODES)[number] = 'reference';

  /** A table of the current state beside each table of changes. Not offered yet: `true` is refused. */
  @ApiPropertyOptional({ default: false })
  @IsBoolean()
  merged: boolean = false;

  /** Tables to ingest; `*` and `?` stand for others. All when left out. */
  @ApiPropertyOptional({ type: [String], maxItems: MOST_PATTERNS, example: ['cc_*'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @Matches(PATTERN, { each: true, message: PATTERN_MESSAGE })
  include?: string[];

  /** Tables to leave out of those, as the manifest names them, also by names that none can have. */
  @ApiPropertyOptional({ type: [String], maxItems: MOST_PATTERNS, example: ['*_l10n'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @Matches(ANY_NAME, { each: true, message: ANY_NAME_MESSAGE })
  exclude?: string[];

  /** Tables at once. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 16, default: 4 })
  @IsInt()
  @Min(1)
  @Max(16)
  parallel_tables: number = 4;

  /** Reads no folder past what the manifest says is written. Without it folders may be half-written. */
  @ApiPropertyOptional({ default: true })
  @IsBoolean()
  enforce_fence: boolean = true;

  @ApiPropertyOptional({ type: () => PathRewriteDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => PathRewriteDto)
  path_rewrite?: PathRewriteDto;

  /** When a folder cannot be ingested: put it aside and go on with its table, or stop that table. */
  @ApiPropertyOptional({ enum: ON_POISON, default: 'continue' })
  @IsIn(ON_POISON)
  on_poison: (typeof ON_POISON)[number] = 'continue';

  /** Decisions about tables that stopped because their source was reset. */
  @ApiPropertyOptional({ type: () => [TableResetDto], maxItems: MOST_PATTERNS })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @ValidateNested({ each: true })
  @Type(() => TableResetDto)
  resets?: TableResetDto[];

  /** Looks at every table also when the manifest is the one of the last run that left nothing behind. */
  @ApiPropertyOptional({ default: false })
  @IsBoolean()
  ignore_unchanged_manifest: boolean = false;
}

/** Starts a run. */
export class StartJobDto extends IngestionRequestDto {}

/** Asks what a run would do. */
export class PlanJobDto extends IngestionRequestDto {}

/** Starts a run of what another has left behind. */
export class RetryJobDto {
  /** Decisions about tables that stopped because their source was reset. */
  @ApiPropertyOptional({ type: () => [TableResetDto], maxItems: MOST_PATTERNS })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_PATTERNS)
  @ValidateNested({ each: true })
  @Type(() => TableResetDto)
  resets?: TableResetDto[];
}
