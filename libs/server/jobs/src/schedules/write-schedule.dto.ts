import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { IngestionRequestDto } from '../runs/ingestion-request.dto';

const LONGEST = 100;
const isGiven = (_: object, value: unknown): boolean => value !== undefined;
const NOT_BLANK = /^\S(?:.*\S)?$/su;
const BLANK = '$property must not be blank, nor begin or end with a blank';

const NAME = { example: 'Claims, every quarter of an hour', minLength: 1, maxLength: LONGEST };
const CRON = {
  description:
    'Minute, hour, day of the month, month, day of the week: *, numbers, names, ranges, steps, lists; or @hourly, @daily, @weekly, @monthly, @yearly.',
  example: '*/15 * * * *',
  maxLength: LONGEST,
};
const TIME_ZONE = {
  description: 'Whose clock the cron expression means: a name of the IANA database.',
  example: 'Europe/Berlin',
  maxLength: LONGEST,
};

/** When something is due. */
export class PreviewScheduleDto {
  @ApiProperty(CRON)
  @IsString()
  @MaxLength(LONGEST)
  cron!: string;

  @ApiProperty(TIME_ZONE)
  @IsString()
  @MaxLength(LONGEST)
  time_zone!: string;
}

/** Has a run started again and again. */
export class CreateScheduleDto extends PreviewScheduleDto {
  /** What to call it; no other schedule of the caller's is called so. */
  @ApiProperty(NAME)
  @Matches(NOT_BLANK, { message: BLANK })
  @MinLength(1)
  @MaxLength(LONGEST)
  name!: string;

  @ApiPropertyOptional({ default: false })
  @IsBoolean()
  paused: boolean = false;

  /** What each run is asked for. Decisions about resets are for single runs, and refused here. */
  @ApiProperty({ type: () => IngestionRequestDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => IngestionRequestDto)
  request!: IngestionRequestDto;
}

/** What is to be different; what is not named stays. */
export class UpdateScheduleDto {
  @ApiPropertyOptional(NAME)
  @ValidateIf(isGiven)
  @Matches(NOT_BLANK, { message: BLANK })
  @MinLength(1)
  @MaxLength(LONGEST)
  name?: string;

  @ApiPropertyOptional(CRON)
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(LONGEST)
  cron?: string;

  @ApiPropertyOptional(TIME_ZONE)
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(LONGEST)
  time_zone?: string;

  /** `false` lets it go on from now, with a clean slate. */
  @ApiPropertyOptional({ type: Boolean })
  @ValidateIf(isGiven)
  @IsBoolean()
  paused?: boolean;

  /** As a whole. For its owner alone, with whose connections it works. */
  @ApiPropertyOptional({ type: () => IngestionRequestDto })
  @ValidateIf(isGiven)
  @IsDefined()
  @ValidateNested()
  @Type(() => IngestionRequestDto)
  request?: IngestionRequestDto;
}
