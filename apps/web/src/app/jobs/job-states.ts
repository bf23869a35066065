import { type JobDto, type JobFolderDto, type JobTableDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

interface StateWords {
  readonly text: string;
  readonly tone: ChipTone;
}

type JobStatus = JobDto['status'];

const JOB: Readonly<Record<JobStatus, StateWords>> = {
  pending: { text: $localize`waiting`, tone: 'neutral' },
  running: { text: $localize`running`, tone: 'primary' },
  completed: { text: $localize`completed`, tone: 'ok' },
  completed_with_errors: { text: $localize`completed with errors`, tone: 'warn' },
  failed: { text: $localize`failed`, tone: 'bad' },
  cancelled: { text: $localize`cancelled`, tone: 'dim' },
  interrupted: { text: $localize`interrupted`, tone: 'warn' },
};

/** In the order a run goes through them. */
export const JOB_STATES = Object.entries(JOB).map(([value, { text }]) => ({ value, label: text }));

const TABLE: Readonly<Record<JobTableDto['status'], StateWords>> = {
  running: { text: $localize`running`, tone: 'primary' },
  completed: { text: $localize`completed`, tone: 'ok' },
  completed_with_errors: { text: $localize`with errors`, tone: 'warn' },
  failed: { text: $localize`failed`, tone: 'bad' },
  cancelled: { text: $localize`cancelled`, tone: 'dim' },
  unchanged: { text: $localize`up to date`, tone: 'neutral' },
};

const FOLDER: Readonly<Record<JobFolderDto['status'], StateWords>> = {
  done: { text: $localize`ingested`, tone: 'ok' },
  skipped: { text: $localize`there already`, tone: 'neutral' },
  failed: { text: $localize`put aside`, tone: 'bad' },
};

const RECONCILIATION: Readonly<Record<NonNullable<JobTableDto['reconciliation']>, StateWords>> = {
  OK: { text: $localize`rows agree`, tone: 'ok' },
  MISMATCH: { text: $localize`rows differ`, tone: 'bad' },
  METRICS_MISSING: { text: $localize`no metrics`, tone: 'neutral' },
};

/** A run that is asked to stop says so while it still goes on. */
export function jobState({ status, cancel_requested: stops }: Pick<JobDto, 'status' | 'cancel_requested'>): StateWords {
  return stops && isActive(status) ? { text: $localize`stopping`, tone: 'warn' } : JOB[status];
}

export function isActive(status: JobStatus): boolean {
  return status === 'pending' || status === 'running' || status === 'interrupted';
}

export function tableState(status: JobTableDto['status']): StateWords {
  return TABLE[status];
}

export function folderState(status: JobFolderDto['status']): StateWords {
  return FOLDER[status];
}

export function reconciliationState(value: JobTableDto['reconciliation']): StateWords | undefined {
  return value === null ? undefined : RECONCILIATION[value];
}
