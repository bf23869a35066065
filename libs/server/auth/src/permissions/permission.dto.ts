import type { PermissionReport } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';

/** One feature of the UI, and whether the caller may use it. */
export class PermissionDto {
  @ApiProperty({ type: String, description: 'Stable id of the feature.', example: 'browse_catalogs' })
  feature!: string;

  @ApiProperty({ type: String, example: 'Browse catalogs' })
  title!: string;

  @ApiProperty({ type: String, description: 'Path of the page in the UI.', example: '/files' })
  page!: string;

  @ApiProperty({
    type: String,
    enum: ['allowed', 'denied', 'unknown'],
    description: 'Tried just now with the caller’s own token; unknown when it could not be tried.',
    example: 'denied',
  })
  state!: 'allowed' | 'denied' | 'unknown';

  @ApiProperty({
    type: String,
    enum: ['user', 'app', 'system'],
    description: 'Whose rights the feature runs with: the caller’s, those of the app’s service principal, or none.',
    example: 'user',
  })
  runs_as!: 'user' | 'app' | 'system';

  @ApiProperty({ type: [String], description: 'Scopes of the user’s token it needs.', example: ['unity-catalog'] })
  scopes!: string[];

  @ApiProperty({ type: String, nullable: true, example: null })
  missing_scope!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'USE CATALOG on a catalog' })
  missing_grant!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Unity Catalog shows you no catalog.' })
  reason!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The exact statement, line or step that gives the permission.',
    example: 'GRANT USE CATALOG ON CATALOG demo TO `ana@example.com`;',
  })
  fix!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, description: 'Null when it was not tried.', example: 12 })
  latency_ms!: number | null;

  static from({ probe, finding, latencyMs }: PermissionReport): PermissionDto {
    return {
      feature: probe.feature,
      title: probe.title,
      page: probe.page,
      state: finding.state,
      runs_as: probe.runsAs,
      scopes: [...probe.scopes],
      missing_scope: finding.missingScope ?? null,
      missing_grant: finding.missingGrant ?? null,
      reason: finding.reason ?? null,
      fix: finding.fix ?? null,
      latency_ms: latencyMs ?? null,
    };
  }
}

/** What the caller may do in the UI. */
export class PermissionListDto {
  @ApiProperty({ type: () => [PermissionDto] })
  items!: PermissionDto[];

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  checked_at!: string;

  static from(reports: readonly PermissionReport[], checkedAt: Date): PermissionListDto {
    return { items: reports.map((report) => PermissionDto.from(report)), checked_at: checkedAt.toISOString() };
  }
}
