import { type JobSummaryDto } from '@lakescope/web-api';
import { relativeTime } from '@lakescope/web-ui';
import { jobState } from '../jobs/job-states';
import { type PaletteEntry } from './palette-entries';

/** The others are found on their own page. */
const MOST_SHOWN = 8;

type Job = Pick<JobSummaryDto, 'job_id' | 'status' | 'cancel_requested' | 'created_at'> & {
  readonly config: {
    readonly target: Pick<JobSummaryDto['config']['target'], 'uri'>;
  };
};

/** Runs that were found, the newest first. `now` in epoch milliseconds. */
export function jobEntries(jobs: readonly Job[], now: number): readonly PaletteEntry[] {
  return jobs.slice(0, MOST_SHOWN).map((job) => ({
    id: `job:${job.job_id}`,
    group: $localize`Jobs`,
    label: job.config.target.uri,
    hint: `${jobState(job).text}, ${relativeTime(job.created_at, now)}`,
    icon: 'activity',
    commands: ['/jobs', job.job_id],
    query: {},
  }));
}
