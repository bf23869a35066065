import { Paged } from '@lakescope/server-http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ScopeFilter } from '../runs/scope-filter.dto';
import {
  FRESHNESS_ORDERS,
  FRESHNESS_STATES,
  MOST_MINUTES,
  TABLE_NAME,
  type FreshnessOrder,
  type FreshnessState,
} from './freshness-values';

const LONGEST_URI = 1_024;
const LONGEST_USER = 300;
const TABLE_MESSAGE = '$property must be the name of a table';

class TargetFilter extends ScopeFilter {
  @ApiPropertyOptional({ description: 'Those of this target.', example: 's3://claims-lake/raw/guidewire' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URI)
  target?: string;
}

/** Which tables are asked for. */
class FreshnessFilter extends TargetFilter {
  @ApiPropertyOptional({ description: 'Those whose names hold this.', example: 'claim' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ description: 'Those that stand so.', enum: FRESHNESS_STATES })
  @IsOptional()
  @IsIn(FRESHNESS_STATES)
  state?: FreshnessState;

  @ApiPropertyOptional({
    description: '`lag`: the furthest behind first, those of which that is not known last. `name`: from a to z.',
    enum: FRESHNESS_ORDERS,
    default: 'lag',
  })
  @IsIn(FRESHNESS_ORDERS)
  sort: FreshnessOrder = 'lag';
}

export class ListFreshnessQuery extends Paged(FreshnessFilter) {}

/** Has manifests read now: of all sources of a target, or of the one of a job. */
export class CheckFreshnessDto {
  @ApiPropertyOptional({ description: 'A target of the caller’s.', example: 's3://claims-lake/raw/guidewire' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URI)
  target_uri?: string;

  @ApiPropertyOptional({ description: 'A job whose source and target are meant.', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  job_id?: string;
}

/** Which freshness is to be forgotten. */
export class DeleteFreshnessQuery {
  @ApiProperty({ description: 'The folder with the folders of the tables.', example: 's3://claims-lake/raw/guidewire' })
  @IsString()
  @MaxLength(LONGEST_URI)
  target_uri!: string;

  @ApiPropertyOptional({
    description: 'Only what comes from this source. Left out: all that goes into the target.',
    example: 's3://acme-cda/cda/manifest.json',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URI)
  manifest_uri?: string;

  @ApiPropertyOptional({ description: 'Whose; the caller’s own when left out, of others for administrators.' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_USER)
  user_id?: string;
}

export class ListThresholdsQuery extends Paged(TargetFilter) {}

/** Which threshold is meant. */
export class ThresholdPlaceDto {
  @ApiProperty({ description: 'The folder with the folders of the tables.', example: 's3://claims-lake/raw/guidewire' })
  @IsString()
  @MaxLength(LONGEST_URI)
  target_uri!: string;

  @ApiPropertyOptional({
    description: 'One table of it. Left out: all that have no threshold of their own.',
    example: 'cc_claim',
  })
  @IsOptional()
  @Matches(TABLE_NAME, { message: TABLE_MESSAGE })
  table?: string;

  @ApiPropertyOptional({ description: 'Whose tables; the caller’s own when left out, of others for administrators.' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_USER)
  user_id?: string;
}

/** Sets a threshold. */
export class PutThresholdDto extends ThresholdPlaceDto {
  @ApiProperty({
    description: 'Tables further behind are late.',
    type: 'integer',
    minimum: 1,
    maximum: MOST_MINUTES,
    example: 60,
  })
  @IsInt()
  @Min(1)
  @Max(MOST_MINUTES)
  minutes!: number;
}

/** Takes a threshold away. */
export class DeleteThresholdQuery extends ThresholdPlaceDto {}
