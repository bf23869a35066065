import { Cursors, type JsonValue, type UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobAccess } from './job-access';
import { JOB_COLUMNS, jobOf, jobSummaryOf, type JobRow } from './job-row';
import type { JobDto, JobPage } from './job.dto';
import {
  JOB_FOLDER_COLUMNS,
  JOB_TABLE_COLUMNS,
  jobFolderOf,
  type JobFolderRow,
  type JobTableRow,
} from './job-table-row';
import type { JobFolderPage } from './job-table.dto';
import type { ListJobFoldersQuery, ListJobsQuery } from './list-jobs.dto';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** What has become of jobs. */
@Injectable()
export class JobReader {
  constructor(
    private readonly database: Database,
    private readonly access: JobAccess,
    private readonly cursors: Cursors,
  ) {}

  /** The newest first. Throws `JobsOfOthersRefused`. */
  async list(caller: UserCaller, query: ListJobsQuery): Promise<JobPage> {
    const { limit, cursor, scope: whose = 'mine', user_id: userId } = query;
    const isOwn = whose === 'mine' && (userId === undefined || userId === caller.userId);
    const transact = await this.access.rows(caller, isOwn);
    const scope = JSON.stringify(['ingestion jobs', isOwn ? caller.userId : null, filterOf(query)]);
    const after = this.cursors.decodeTexts(scope, cursor, 2);
    const read = (tx: EntityManager): Promise<JobRow[]> =>
      listJobs(tx, { ...query, user_id: isOwn ? caller.userId : userId }, limit + 1, after);
    const found = await transact(read, READING);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(jobSummaryOf),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, [last.created_at.toISOString(), last.job_id]),
    };
  }

  /** Throws `JobNotFound`. */
  async read(caller: UserCaller, jobId: string): Promise<JobDto> {
    const job = await this.access.find(caller, jobId);
    return jobOf(job, await this.tables(jobId));
  }

  /** Folders of a table, the oldest first. Throws `JobNotFound`. A table that was not begun has none. */
  async folders(caller: UserCaller, jobId: string, table: string, query: ListJobFoldersQuery): Promise<JobFolderPage> {
    await this.access.find(caller, jobId);
    const { limit, cursor, status } = query;
    const scope = JSON.stringify(['ingestion folders', jobId, table, status ?? null]);
    const after = this.cursors.decodeTexts(scope, cursor, 2);
    const found = (await this.database.asSystem(
      (tx) =>
        tx.query(
          `SELECT ${JOB_FOLDER_COLUMNS} FROM ingestion_job_folders
            WHERE job_id = $1 AND table_name = $2 AND ($3::text IS NULL OR status = $3)
              AND ($4::bigint IS NULL OR (folder_ms, fingerprint) > ($4, $5))
            ORDER BY folder_ms, fingerprint LIMIT $6`,
          [jobId, table, status ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
        ),
      READING,
    )) as JobFolderRow[];
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(jobFolderOf),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, [last.folder_ms, last.fingerprint]),
    };
  }

  /** Whoever asks has been let in. */
  private async tables(jobId: string): Promise<JobTableRow[]> {
    return (await this.database.asSystem(
      (tx) =>
        tx.query(`SELECT ${JOB_TABLE_COLUMNS} FROM ingestion_job_tables WHERE job_id = $1 ORDER BY table_name`, [
          jobId,
        ]),
      READING,
    )) as JobTableRow[];
  }
}

function listJobs(
  tx: EntityManager,
  { user_id, status, active, source, target, schedule_id, from, to }: Omit<ListJobsQuery, 'limit' | 'cursor'>,
  limit: number,
  after: readonly [string, string] | undefined,
): Promise<JobRow[]> {
  const parameters: unknown[] = [limit];
  const conditions: string[] = [];
  const where = (condition: (parameter: string) => string, value: unknown): void => {
    if (value !== undefined) conditions.push(condition(`$${parameters.push(value)}`));
  };
  where((one) => `user_id = ${one}`, user_id);
  where((one) => `status = ${one}`, status);
  where((one) => `(status IN ('pending', 'running', 'interrupted')) = ${one}`, active);
  where((one) => `manifest_uri = ${one}`, source);
  where((one) => `target_uri = ${one}`, target);
  where((one) => `schedule_id = ${one}`, schedule_id);
  where((one) => `created_at >= ${one}::timestamptz`, from);
  where((one) => `created_at < ${one}::timestamptz`, to);
  if (after !== undefined) {
    const [createdAt, jobId] = after.map((value) => `$${parameters.push(value)}`);
    conditions.push(`(created_at, job_id) < (${createdAt}::timestamptz, ${jobId}::uuid)`);
  }
  return tx.query(
    `SELECT ${JOB_COLUMNS} FROM ingestion_jobs ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
      ORDER BY created_at DESC, job_id DESC LIMIT $1`,
    parameters,
  ) as Promise<JobRow[]>;
}

/** What the list was asked for: a cursor of another question is refused. */
function filterOf(query: ListJobsQuery): JsonValue {
  const { user_id, status, active, source, target, schedule_id, from, to } = query;
  return [user_id, status, active, source, target, schedule_id, from, to].map((value) => value ?? null);
}
