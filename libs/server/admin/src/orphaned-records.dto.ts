import { ApiPage, Paged } from '@lakescope/server-http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { TableRowsDto } from './table-rows.dto';

/** From when on somebody counts as gone. */
export class InactivityQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 90,
    description: 'Days since a person last had to do with any of their rows.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3650)
  inactive_days: number = 90;
}

/** Which page of people who are gone. */
export class ListOrphanedRecordsQuery extends Paged(InactivityQuery) {}

export class PurgeOrphanedRecordsQuery extends InactivityQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description: 'Only count what would be deleted. Nothing is deleted unless this is false.',
  })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: '$property must be true or false' })
  dry_run: boolean = true;
}

/** What is kept for one person who has not been here for long. */
export class OrphanedRecordsDto {
  @ApiProperty({ type: String, example: 'oscar.quinn@lakescope.example' })
  user_id!: string;

  @ApiProperty({ type: 'integer', description: 'Rows a purge would delete.', example: 4 })
  rows!: number;

  @ApiProperty({ type: () => [TableRowsDto] })
  tables!: TableRowsDto[];

  @ApiProperty({ type: String, format: 'date-time', example: '2026-06-01T12:00:00.000Z' })
  last_active_at!: string;
}

/** A page of people who have not been here for long, by user id. */
export class OrphanedRecordsPage extends ApiPage(OrphanedRecordsDto) {}

/** What a purge has deleted, or would delete. */
export class PurgeResultDto {
  @ApiProperty({ type: Boolean, example: true })
  dry_run!: boolean;

  @ApiProperty({ type: 'integer', example: 90 })
  inactive_days!: number;

  @ApiProperty({ type: 'integer', description: 'People whose rows they are.', example: 2 })
  users!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  rows!: number;

  @ApiProperty({ type: () => [TableRowsDto] })
  tables!: TableRowsDto[];
}
