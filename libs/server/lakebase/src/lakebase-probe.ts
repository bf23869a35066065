import { DependencyProbes, type DependencyProbe, type ProbeResult } from '@lakescope/server-http';
import { DatabaseUnavailable, LakebaseNotConfigured } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LakebaseHealth } from './lakebase-health';

/** Whether the app's database answers. */
@Injectable()
export class LakebaseProbe implements DependencyProbe, OnModuleInit {
  readonly name = 'lakebase';

  constructor(
    private readonly health: LakebaseHealth,
    private readonly probes: DependencyProbes,
  ) {}

  onModuleInit(): void {
    this.probes.register(this);
  }

  async check(): Promise<ProbeResult> {
    try {
      const { server_version } = await this.health.check();
      return { state: 'ok', detail: `Postgres ${server_version} answers.` };
    } catch (error) {
      if (error instanceof LakebaseNotConfigured) {
        return { state: 'not_configured', detail: error.message, fix: String(error.details['suggestion']) };
      }
      if (error instanceof DatabaseUnavailable) {
        const fix = String(error.details['fix'] ?? 'Nothing is lost; the app reconnects by itself.');
        return { state: 'down', detail: error.message, fix };
      }
      throw error;
    }
  }
}
