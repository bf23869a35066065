import { ApiProperty } from '@nestjs/swagger';
import type { Preflight, ScopeCheck, ScopeState } from './scope-preflight';

const STATES = ['granted', 'missing', 'unknown'];

/** One scope that features need. */
export class ScopeCheckDto {
  @ApiProperty({ type: String, example: 'files' })
  scope!: string;

  @ApiProperty({ type: [String], description: 'Titles of the features that need it.', example: ['Browse files'] })
  features!: string[];

  @ApiProperty({ type: String, enum: STATES, description: 'What the caller’s own token says.', example: 'granted' })
  me!: ScopeState;

  @ApiProperty({
    type: String,
    enum: STATES,
    description: 'What the platform says of the app; unknown when it does not tell.',
    example: 'granted',
  })
  app!: ScopeState;

  @ApiProperty({ type: String, nullable: true, description: 'What to do where it is missing.', example: '- files' })
  fix!: string | null;

  static from({ scope, features, me, app, fix }: ScopeCheck): ScopeCheckDto {
    return { scope, features: [...features], me, app, fix: fix ?? null };
  }
}

/** Which scopes the features need, and who has them. */
export class ScopePreflightDto {
  @ApiProperty({ type: () => [ScopeCheckDto] })
  items!: ScopeCheckDto[];

  @ApiProperty({ type: String, enum: ['apps_api', 'unknown'], example: 'apps_api' })
  app_scopes_source!: 'apps_api' | 'unknown';

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  checked_at!: string;

  static from({ checks, source, at }: Preflight): ScopePreflightDto {
    return {
      items: checks.map((check) => ScopeCheckDto.from(check)),
      app_scopes_source: source,
      checked_at: at.toISOString(),
    };
  }
}
