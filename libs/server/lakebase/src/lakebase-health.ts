import { LakebaseConfig } from '@lakescope/server-config';
import {
  Database,
  DatabaseServer,
  DatabaseStartup,
  DatabaseUnavailable,
  LakebaseCredentials,
  LakebaseNotConfigured,
  type ServerFacts,
} from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { LakebaseHealthDto } from './lakebase-health.dto';

/** Asks the database something trivial and tells how the connection is doing. */
@Injectable()
export class LakebaseHealth {
  constructor(
    private readonly config: LakebaseConfig,
    private readonly database: Database,
    private readonly server: DatabaseServer,
    private readonly startup: DatabaseStartup,
    private readonly credentials: LakebaseCredentials,
  ) {}

  /** Throws the problem, with the same fields in its details, when the database cannot be used. */
  async check(): Promise<LakebaseHealthDto> {
    if (!this.config.configured) {
      throw new LakebaseNotConfigured('The database', { ...this.describe('not_configured') });
    }
    try {
      return this.describe('ok', await this.server.describe());
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      const details = { ...error.details, ...this.describe('unavailable') };
      throw new DatabaseUnavailable(error.reason, { cause: error, details });
    }
  }

  private describe(status: LakebaseHealthDto['status'], facts?: ServerFacts): LakebaseHealthDto {
    const health = new LakebaseHealthDto();
    health.status = status;
    health.configured = this.config.configured;
    health.latency_ms = facts?.latencyMs ?? null;
    health.server_version = facts?.version ?? null;
    health.user = facts?.user ?? this.config.user ?? null;
    health.database = facts?.database ?? this.config.database ?? null;
    health.schema_version = facts?.schemaVersion ?? this.startup.schemaVersion ?? null;
    health.credential_kind = this.credentials.kind ?? null;
    health.token_expires_at = this.credentials.expiresAt?.toISOString() ?? null;
    health.token_refreshed_at = this.credentials.refreshedAt?.toISOString() ?? null;
    health.next_refresh_at = this.credentials.nextRefreshAt?.toISOString() ?? null;
    health.pool = this.database.poolUse;
    return health;
  }
}
