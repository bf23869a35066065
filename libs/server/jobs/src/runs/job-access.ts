import { Administrators } from '@lakescope/server-auth';
import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { JobNotFound } from '../jobs.errors';
import { findJob, type JobRow } from './job-row';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** Who may see, cancel and retry a job: its owner, and administrators. To everybody else there is no such job. */
@Injectable()
export class JobAccess {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
  ) {}

  /** Throws `JobNotFound`, and `AdminCheckFailed` where somebody asks for what is not theirs and the platform does not tell who they are. */
  async find(caller: UserCaller, jobId: string): Promise<JobRow> {
    const own = await this.database.asUser(caller, (tx) => findJob(tx, jobId), READING);
    if (own !== undefined) return own;
    // Who may see no job of others is told the same whether there is one or not.
    const found = (await this.isAdministrator(caller))
      ? await this.database.asSystem((tx) => findJob(tx, jobId), READING)
      : undefined;
    if (found === undefined) throw new JobNotFound(jobId);
    return found;
  }

  isAdministrator(caller: UserCaller): Promise<boolean> {
    return this.administrators.include(caller);
  }
}
