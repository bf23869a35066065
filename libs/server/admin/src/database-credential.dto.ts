import type { LakebaseCredentials } from '@lakescope/server-persistence';
import { ApiProperty } from '@nestjs/swagger';

/** The credential new database sessions of this process log in with. Never the credential itself. */
export class DatabaseCredentialDto {
  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['provisioned', 'autoscaling', 'password'],
    description: 'Which kind of Lakebase mints it, or a fixed password; null without a database.',
    example: 'provisioned',
  })
  kind!: 'provisioned' | 'autoscaling' | 'password' | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:30:00.000Z' })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T08:30:00.000Z' })
  refreshed_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:21:00.000Z' })
  next_refresh_at!: string | null;

  static from({ kind, expiresAt, refreshedAt, nextRefreshAt }: LakebaseCredentials): DatabaseCredentialDto {
    return {
      kind: kind ?? null,
      expires_at: expiresAt?.toISOString() ?? null,
      refreshed_at: refreshedAt?.toISOString() ?? null,
      next_refresh_at: nextRefreshAt?.toISOString() ?? null,
    };
  }
}
