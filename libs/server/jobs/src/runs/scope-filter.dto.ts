import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

const SCOPES = ['mine', 'all'] as const;

/** Whose are asked for. */
export class ScopeFilter {
  @ApiPropertyOptional({
    description: 'The caller’s own, or, for administrators, everybody’s.',
    enum: SCOPES,
    default: 'mine',
  })
  @IsOptional()
  @IsIn(SCOPES)
  scope?: (typeof SCOPES)[number];
}
