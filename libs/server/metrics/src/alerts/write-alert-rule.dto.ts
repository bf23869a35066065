import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import {
  COMPARISONS,
  CONDITIONS,
  PERCENTILES,
  type Comparison,
  type Condition,
  type Percentile,
} from './alert-rule.entity';

const isGiven = (_: object, value: unknown): boolean => value !== undefined;
const isSet = (_: object, value: unknown): boolean => value !== undefined && value !== null;

/** What both creating and changing a rule take; `null` removes what may be absent. */
class AlertRuleFields {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Only requests of this route (its template); all of them without.',
  })
  @ValidateIf(isSet)
  @Matches(/^[/(]/, { message: '$property must be the template of a route, like /api/v1/catalogs, or (unmatched)' })
  @MaxLength(500)
  endpoint?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Only requests with this HTTP method.',
    example: 'GET',
  })
  @ValidateIf(isSet)
  @Matches(/^[A-Z]{1,20}$/, { message: '$property must be an HTTP method in capitals' })
  method?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Only tables that are ingested there, of freshness; all of them without.',
    example: 's3://claims-lake/raw/guidewire',
  })
  @ValidateIf(isSet)
  @Matches(/^s3:\/\/[^/]+(?:\/.*[^/])?$/, { message: '$property must be a target of ingestion, like s3://bucket/path' })
  @MaxLength(1024)
  target?: string | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    enum: PERCENTILES,
    description: 'Of latency only, and needed there.',
  })
  @ValidateIf(isSet)
  @IsIn(PERCENTILES)
  percentile?: Percentile | null;

  @ApiPropertyOptional({ type: String, enum: COMPARISONS, description: '`above` when nothing is said.' })
  @ValidateIf(isGiven)
  @IsIn(COMPARISONS)
  comparison?: Comparison;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description:
      'error_rate: a ratio of 0 to 1. latency: milliseconds. volume: requests in the window. no_data: none. freshness: so many tables may be late or blocked, none when left out.',
    example: 0.05,
  })
  @ValidateIf(isSet)
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  threshold?: number | null;

  @ApiPropertyOptional({
    description: 'How much better than the threshold a value ends the alert: 0.1 is 10 %.',
    default: 0.1,
  })
  @ValidateIf(isGiven)
  @IsNumber({ allowNaN: false, allowInfinity: false })
  @Min(0)
  @Max(0.9)
  hysteresis?: number;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'So long the condition has to hold before the alert begins.',
    default: 0,
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(60)
  for_minutes?: number;

  @ApiPropertyOptional({ default: true })
  @ValidateIf(isGiven)
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description:
      'Where changes are posted to: https, on the public internet or a host the app is configured for. Never returned.',
    example: 'https://hooks.example.com/services/T000/B000',
  })
  @ValidateIf(isSet)
  @IsString()
  @MaxLength(2000)
  webhook_url?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Signs what is posted. Never returned.',
    minLength: 16,
  })
  @ValidateIf(isSet)
  @IsString()
  @MinLength(16)
  @MaxLength(500)
  webhook_secret?: string | null;
}

/** A new rule. */
export class CreateAlertRuleDto extends AlertRuleFields {
  @ApiProperty({ example: 'Catalogs are slow', description: 'Unlike the name of every other rule.' })
  @IsString()
  @Matches(/\S/, { message: '$property must not be blank' })
  @MaxLength(100)
  name!: string;

  @ApiProperty({ type: String, enum: CONDITIONS, example: 'error_rate' })
  @IsIn(CONDITIONS)
  condition!: Condition;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'How far back is looked, each minute: needed, except by freshness, of which the present state counts.',
    example: 5,
  })
  @ValidateIf(isSet)
  @IsInt()
  @Min(1)
  @Max(1440)
  window_minutes?: number | null;
}

/** What is to be different; what is not named stays. */
export class UpdateAlertRuleDto extends AlertRuleFields {
  @ApiPropertyOptional({ type: String, example: 'Catalogs are slow' })
  @ValidateIf(isGiven)
  @IsString()
  @Matches(/\S/, { message: '$property must not be blank' })
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ type: String, enum: CONDITIONS })
  @ValidateIf(isGiven)
  @IsIn(CONDITIONS)
  condition?: Condition;

  @ApiPropertyOptional({ type: Number, nullable: true })
  @ValidateIf(isSet)
  @IsInt()
  @Min(1)
  @Max(1440)
  window_minutes?: number | null;
}
