import type { PageQuery } from '@lakescope/server-http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import type { Outcome } from './audit-entry.entity';
import { IsInstant } from './is-instant';

/** Postgres takes no U+0000 in any text (SQLSTATE 22021). */
const STORABLE = /^[^\u0000]*$/;

/** Which audit entries are wanted. */
export class AuditFilter {
  @ApiPropertyOptional({
    type: String,
    description: 'Only what this person did.',
    example: 'ada.keller@lakescope.example',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(320)
  @Matches(STORABLE, { message: '$property must not hold the character U+0000' })
  user_id?: string;

  @ApiPropertyOptional({ type: String, description: 'Only this action.', example: 'credential.rotate' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  @Matches(STORABLE, { message: '$property must not hold the character U+0000' })
  action?: string;

  @ApiPropertyOptional({ type: String, enum: ['success', 'failure'], description: 'Only what ended like this.' })
  @IsOptional()
  @IsIn(['success', 'failure'])
  outcome?: Outcome;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only what happened at this time or later.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only what happened before this time.' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

/**
 * Which page of which audit entries. The fields of a page stand here again: `IntersectionType` belongs to the OpenAPI package, which
 * the running server is bundled without, and would leave a class without any rules.
 */
export class ListAuditEntriesQuery extends AuditFilter implements PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 500,
    default: 50,
    description: 'Most items of one page.',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 50;

  @ApiPropertyOptional({ type: String, maxLength: 4096, description: 'The `next_cursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  cursor?: string;
}
