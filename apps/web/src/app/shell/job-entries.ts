import { computed, type Signal } from '@angular/core';
import { apiResource, type JobSummaryDto, listJobs } from '@lakescope/web-api';
import { relativeTime } from '@lakescope/web-ui';
import { jobState } from '../jobs/job-states';
import { type PaletteEntry } from './palette-entries';

/** The newest ones are looked through. */
const PAGE_SIZE = 100;
/** The others are found on their own page. */
const MOST_SHOWN = 8;

type Job = Pick<JobSummaryDto, 'job_id' | 'status' | 'cancel_requested' | 'created_at'> & {
  readonly config: {
    readonly source: Pick<JobSummaryDto['config']['source'], 'uri'>;
    readonly target: Pick<JobSummaryDto['config']['target'], 'uri'>;
  };
};

/** One's runs whose source, target or id hold a text; asked for once, with the first character of it. */
export function jobSearch(text: Signal<string>): Signal<readonly PaletteEntry[]> {
  const isAsked = computed(() => text().trim() !== '');
  const jobs = apiResource(listJobs, () => (isAsked() ? { query: { limit: PAGE_SIZE } } : undefined));
  return computed(() => (isAsked() ? jobEntries(text(), jobs.latest()?.items ?? [], Date.now()) : []));
}

/** `now` in epoch milliseconds. */
export function jobEntries(text: string, jobs: readonly Job[], now: number): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase();
  const words = (job: Job): string =>
    [job.job_id, jobState(job).text, job.config.source.uri, job.config.target.uri].join(' ').toLowerCase();
  return jobs
    .filter((job) => words(job).includes(wanted))
    .slice(0, MOST_SHOWN)
    .map((job) => ({
      id: `job:${job.job_id}`,
      group: $localize`Jobs`,
      label: job.config.target.uri,
      hint: `${jobState(job).text}, ${relativeTime(job.created_at, now)}`,
      icon: 'activity',
      commands: ['/jobs', job.job_id],
      query: {},
    }));
}
