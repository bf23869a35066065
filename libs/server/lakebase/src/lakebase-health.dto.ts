import type { CredentialKind } from '@lakescope/server-persistence';
import { ApiProperty } from '@nestjs/swagger';

/** Use of the connection pool right now. */
export class PoolUseDto {
  /** Open connections. */
  @ApiProperty({ type: 'integer' })
  total!: number;

  /** Open connections nobody uses. */
  @ApiProperty({ type: 'integer' })
  idle!: number;

  /** Requests waiting for a connection. */
  @ApiProperty({ type: 'integer' })
  waiting!: number;

  /** The most connections the pool opens. */
  @ApiProperty({ type: 'integer' })
  max!: number;
}

/** State of the Lakebase connection. */
export class LakebaseHealthDto {
  /** In one word: ok, unavailable, or not_configured. */
  @ApiProperty({ enum: ['ok', 'unavailable', 'not_configured'] })
  status!: 'ok' | 'unavailable' | 'not_configured';

  /** Whether host and database are known. */
  configured!: boolean;

  /** How long a trivial statement took, acquiring the connection included. */
  latency_ms!: number | null;

  /** Version the server reports. */
  server_version!: string | null;

  /** Database user of the app. */
  user!: string | null;

  /** Database name. */
  database!: string | null;

  /** Last migration that was applied. */
  schema_version!: string | null;

  /** Where the password comes from: either kind of Lakebase, or PGPASSWORD; null when nothing says. */
  @ApiProperty({ type: String, enum: ['provisioned', 'autoscaling', 'password', null], nullable: true })
  credential_kind!: CredentialKind | null;

  /** When the current credential ends, by the app's clock. */
  token_expires_at!: string | null;

  /** When the current credential was issued. */
  token_refreshed_at!: string | null;

  /** When the next credential is fetched, ahead of the end of this one. */
  next_refresh_at!: string | null;

  /** Use of the connection pool. */
  pool!: PoolUseDto;
}
