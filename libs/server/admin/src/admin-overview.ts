import { setTimeout as delay } from 'node:timers/promises';
import { LakebaseConfig } from '@lakescope/server-config';
import { Lifecycle } from '@lakescope/server-http';
import { MetricsOverview } from '@lakescope/server-metrics';
import {
  Database,
  DatabaseServer,
  DatabaseStartup,
  DatabaseUnavailable,
  LakebaseCredentials,
  type ServerFacts,
} from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { MetricsOverviewDto, type AdminOverviewDto, type DatabaseOverviewDto } from './admin-overview.dto';
import { DatabaseCredentialDto } from './database-credential.dto';
import { Replicas, type Replica } from './replicas';

/** A database that is away must not keep anybody from seeing that it is. */
const PATIENCE_MS = 5_000;

interface Finding {
  server: ServerFacts;
  replicas: readonly Replica[];
  oldestDirty: Date | undefined;
}

/** How the app is doing. Answers also without a database, because that is when people look. */
@Injectable()
export class AdminOverview {
  constructor(
    private readonly config: LakebaseConfig,
    private readonly database: Database,
    private readonly server: DatabaseServer,
    private readonly startup: DatabaseStartup,
    private readonly credentials: LakebaseCredentials,
    private readonly lifecycle: Lifecycle,
    private readonly replicas: Replicas,
    private readonly metrics: MetricsOverview,
  ) {}

  async describe(): Promise<AdminOverviewDto> {
    const found = this.config.configured ? await this.ask() : undefined;
    const { own } = this.replicas;
    return {
      version: own.version,
      node_version: process.versions.node,
      phase: this.lifecycle.phase,
      started_at: own.startedAt.toISOString(),
      uptime_seconds: Math.floor((Date.now() - own.startedAt.getTime()) / 1000),
      replicas: (found?.replicas ?? [{ ...own, lastSeenAt: new Date() }]).map((replica) => ({
        id: replica.id,
        version: replica.version,
        started_at: replica.startedAt.toISOString(),
        last_seen_at: replica.lastSeenAt.toISOString(),
        is_this_one: replica.id === own.id,
      })),
      database: this.databaseOf(found),
      pool: this.database.poolUse,
      credential: DatabaseCredentialDto.from(this.credentials),
      metrics: MetricsOverviewDto.from(this.metrics.state, found?.oldestDirty),
    };
  }

  private databaseOf(found: Finding | undefined): DatabaseOverviewDto {
    const away = this.config.configured ? 'unavailable' : 'not_configured';
    return {
      status: found === undefined ? away : 'ok',
      server_version: found?.server.version ?? null,
      schema_version: found?.server.schemaVersion ?? this.startup.schemaVersion ?? null,
      latency_ms: found?.server.latencyMs ?? null,
    };
  }

  private async ask(): Promise<Finding | undefined> {
    const answered = new AbortController();
    try {
      return await Promise.race([
        this.question(),
        delay(PATIENCE_MS, undefined, { signal: answered.signal }).catch(() => undefined),
      ]);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return undefined;
      throw error;
    } finally {
      answered.abort();
    }
  }

  private async question(): Promise<Finding> {
    const server = await this.server.describe();
    return this.database.asSystem(
      async (tx) => {
        const replicas = await this.replicas.list(tx);
        return { server, replicas, oldestDirty: await this.metrics.oldestDirty(tx) };
      },
      { repeat: 'write' },
    );
  }
}
