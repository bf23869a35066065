import { Administrators } from '@lakescope/server-auth';
import type { UserCaller } from '@lakescope/server-http';
import { Database, type DatabaseWorkOptions } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobNotFound, JobsOfOthersRefused } from '../jobs.errors';
import { findJob, type JobRow } from './job-row';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** Works in a transaction that sees one person's rows, or everybody's. */
export type Transact = <T>(work: (tx: EntityManager) => Promise<T>, options: DatabaseWorkOptions) => Promise<T>;

/** Who may see and change what is ingested and how: whose it is, and administrators. To everybody else it is not there. */
@Injectable()
export class JobAccess {
  constructor(
    private readonly database: Database,
    private readonly administrators: Administrators,
  ) {}

  /** Throws `JobNotFound`, and `AdminCheckFailed` where somebody asks for what is not theirs and the platform does not tell who they are. */
  async find(caller: UserCaller, jobId: string): Promise<JobRow> {
    const found = await this.look(caller, (tx) => findJob(tx, jobId), READING);
    if (found === undefined) throw new JobNotFound(jobId);
    return found;
  }

  /** What `find` finds among the caller's own rows, or, for administrators, anybody's. Throws `AdminCheckFailed`. */
  async look<T>(
    caller: UserCaller,
    find: (tx: EntityManager) => Promise<T | undefined>,
    options: DatabaseWorkOptions,
  ): Promise<T | undefined> {
    const own = await this.database.asUser(caller, find, options);
    if (own !== undefined) return own;
    // Who may see nothing of others is told the same whether there is something or not.
    return (await this.administrators.include(caller)) ? this.database.asSystem(find, options) : undefined;
  }

  /** The caller's own rows, or everybody's. Throws `JobsOfOthersRefused` and `AdminCheckFailed`. */
  async rows(caller: UserCaller, isOwn: boolean): Promise<Transact> {
    if (!isOwn && !(await this.administrators.include(caller))) throw new JobsOfOthersRefused();
    return this.transact(caller, isOwn);
  }

  /** Rows of `owner`, for somebody who has been let in: past the wall only where they are another person's. */
  rowsOf(owner: string, caller: UserCaller): Transact {
    return this.transact(caller, owner === caller.userId);
  }

  private transact(caller: UserCaller, isOwn: boolean): Transact {
    return (work, options) =>
      isOwn ? this.database.asUser(caller, work, options) : this.database.asSystem(work, options);
  }
}
