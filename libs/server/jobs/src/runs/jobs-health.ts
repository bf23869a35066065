import { JobsConfig } from '@lakescope/server-config';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import type { JobsHealthDto } from './jobs-health.dto';

/** Counts what waits and what is under way, whosever it is. */
@Injectable()
export class JobsHealth {
  constructor(
    private readonly database: Database,
    private readonly limits: JobsLimits,
    private readonly config: JobsConfig,
  ) {}

  async describe(): Promise<JobsHealthDto> {
    const [row] = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT count(*) FILTER (WHERE status = 'pending')::int AS pending,
                  count(*) FILTER (WHERE status = 'running')::int AS running,
                  count(*) FILTER (WHERE status = 'interrupted')::int AS interrupted,
                  count(*) FILTER (WHERE status = 'running' AND seen_at <= clock_timestamp() - $1 * interval '1 ms')::int AS silent,
                  extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status = 'pending')) * 1000 AS waited
             FROM ingestion_jobs WHERE status IN ('pending', 'running', 'interrupted')`,
          [this.limits.silentMs],
        ),
      { feature: 'Ingestion jobs', repeat: 'read' },
    )) as { pending: number; running: number; interrupted: number; silent: number; waited: string | null }[];
    if (row === undefined) throw new Error('The database answered without a row');
    return {
      status: row.silent > 0 ? 'degraded' : 'ok',
      pending: row.pending,
      running: row.running,
      interrupted: row.interrupted,
      silent: row.silent,
      oldest_pending_ms: row.waited === null ? null : Math.max(0, Math.round(Number(row.waited))),
      max_running: this.config.runsAtOnce,
      engines: ['embedded'],
    };
  }
}
