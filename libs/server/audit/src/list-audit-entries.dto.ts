import { IsInstant, Paged } from '@lakescope/server-http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import type { Outcome } from './audit-entry.entity';

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
  user_id?: string;

  @ApiPropertyOptional({ type: String, description: 'Only this action.', example: 'credential.rotate' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  action?: string;

  @ApiPropertyOptional({ type: String, enum: ['success', 'failure'], description: 'Only what ended like this.' })
  @IsOptional()
  @IsIn(['success', 'failure'])
  outcome?: Outcome;

  @ApiPropertyOptional({
    type: String,
    maxLength: 64,
    description: 'Only what the request with this id did.',
    example: '0b6a1c1e-5a37-4c51-9a52-3d1f1a3f7b0e',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  correlation_id?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only what happened at this time or later.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only what happened before this time.' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

/** Which page of which audit entries. */
export class ListAuditEntriesQuery extends Paged(AuditFilter) {}
