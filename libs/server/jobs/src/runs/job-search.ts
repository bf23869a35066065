import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { JOB_COLUMNS, jobSummaryOf, type JobRow } from './job-row';
import type { JobSummaryDto } from './job.dto';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** Jobs that were found, the newest first. */
export interface FoundJobs {
  readonly items: JobSummaryDto[];
  readonly has_more: boolean;
}

/** Finds jobs of a person, and of nobody else, by what they read and write, how they stand and their ids. */
@Injectable()
export class JobSearch {
  constructor(private readonly database: Database) {}

  async find(caller: UserCaller, text: string, limit: number): Promise<FoundJobs> {
    const wanted = text.trim().toLowerCase();
    const found = await this.database.asUser(
      caller,
      // The parts are held apart by what nobody may search for.
      (tx) =>
        tx.query(
          `SELECT ${JOB_COLUMNS} FROM ingestion_jobs
            WHERE user_id = $1
              AND position($2 IN lower(concat_ws(chr(10), job_id, replace(status, '_', ' '), manifest_uri, target_uri))) > 0
            ORDER BY created_at DESC, job_id DESC LIMIT $3`,
          [caller.userId, wanted, limit + 1],
        ) as Promise<JobRow[]>,
      READING,
    );
    return { items: found.slice(0, limit).map(jobSummaryOf), has_more: found.length > limit };
  }
}
