export const JOB_STATUSES = [
  'pending',
  'running',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
  'interrupted',
] as const;
/** `interrupted`: the server that worked on it is gone; it is taken up again where it was. */
export type JobStatus = (typeof JOB_STATUSES)[number];

const ACTIVE: ReadonlySet<JobStatus> = new Set(['pending', 'running', 'interrupted']);

/** Whether the job waits or is under way. */
export function isActive(status: JobStatus): boolean {
  return ACTIVE.has(status);
}

export const JOB_TABLE_STATUSES = [
  'running',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
  'unchanged',
] as const;
export type JobTableStatus = (typeof JOB_TABLE_STATUSES)[number];

/** Why a job failed in which each table has a reason of its own. */
export const ALL_TABLES_FAILED = 'ALL_TABLES_FAILED';

export const JOB_FOLDER_STATUSES = ['done', 'skipped', 'failed'] as const;
export type JobFolderStatus = (typeof JOB_FOLDER_STATUSES)[number];

export const RECONCILIATIONS = ['OK', 'MISMATCH', 'METRICS_MISSING'] as const;

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
