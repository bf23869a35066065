import { LakebaseConfig } from '@lakescope/server-config';
import {
  Database,
  DatabaseStartup,
  DatabaseUnavailable,
  LakebaseCredentials,
  LakebaseNotConfigured,
} from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { LakebaseHealthDto } from './lakebase-health.dto';

interface ServerFacts {
  version: string;
  user: string;
  database: string;
}

/** Asks the database something trivial and tells how the connection is doing. */
@Injectable()
export class LakebaseHealth {
  constructor(
    private readonly config: LakebaseConfig,
    private readonly database: Database,
    private readonly startup: DatabaseStartup,
    private readonly credentials: LakebaseCredentials,
  ) {}

  /** Throws the problem, with the same fields in its details, when the database cannot be used. */
  async check(): Promise<LakebaseHealthDto> {
    if (!this.config.configured) {
      throw new LakebaseNotConfigured('The database', { ...this.describe('not_configured') });
    }
    const startedAt = performance.now();
    try {
      const facts = await this.database.ask<ServerFacts>(
        `SELECT current_setting('server_version') AS version, current_user AS "user", current_database() AS database`,
      );
      return this.describe('ok', { facts, latencyMs: Math.round((performance.now() - startedAt) * 10) / 10 });
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      throw new DatabaseUnavailable(error.reason, { cause: error, details: { ...this.describe('unavailable') } });
    }
  }

  private describe(
    status: LakebaseHealthDto['status'],
    answer?: { facts: ServerFacts | undefined; latencyMs: number },
  ): LakebaseHealthDto {
    const health = new LakebaseHealthDto();
    health.status = status;
    health.configured = this.config.configured;
    health.latency_ms = answer?.latencyMs ?? null;
    health.server_version = answer?.facts?.version ?? null;
    health.user = answer?.facts?.user ?? this.config.user ?? null;
    health.database = answer?.facts?.database ?? this.config.database ?? null;
    health.schema_version = this.startup.schemaVersion ?? null;
    health.credential_kind = this.credentials.kind ?? null;
    health.token_expires_at = this.credentials.expiresAt?.toISOString() ?? null;
    health.token_refreshed_at = this.credentials.refreshedAt?.toISOString() ?? null;
    health.next_refresh_at = this.credentials.nextRefreshAt?.toISOString() ?? null;
    health.pool = this.database.poolUse;
    return health;
  }
}
