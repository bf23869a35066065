import { Component, computed, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { apiResource, type JobSummaryDto, listFreshness, listJobs } from '@lakescope/web-api';
import { Chip, formatCount, ProblemBanner, Skeleton, TimeAgo } from '@lakescope/web-ui';
import { jobState } from '../jobs/job-states';
import { watchWhile } from '../jobs/watching';

const DAY_MS = 86_400_000;
/** More runs of one day are told as more than that. */
const MOST = 100;
/** Named one by one; the others are on their page. */
const NAMED = 3;
/** Home is looked at in passing: it does not hurry. */
const PAUSE_MS = 10_000;

/** One's own ingestion: what runs, and what failed lately. */
@Component({
  selector: 'ls-jobs-tiles',
  imports: [Chip, ProblemBanner, RouterLink, Skeleton, TimeAgo],
  templateUrl: './jobs-tiles.html',
  styleUrls: ['./tiles.css', './jobs-tiles.css'],
})
export class JobsTiles {
  private readonly since = signal(aDayAgo());
  protected readonly jobs = apiResource(listJobs, () => ({ query: { from: this.since(), limit: MOST } }));
  /** Whenever they were begun: one of two days ago that still runs is under way. */
  private readonly active = apiResource(listJobs, () => ({ query: { active: true, limit: MOST } }));
  private readonly freshness = apiResource(listFreshness, () => ({ query: { limit: 1 } }));
  protected readonly behind = computed(() => {
    const summary = this.freshness.latest()?.summary;
    if (summary === undefined) return undefined;
    const { fresh, late, blocked, unknown } = summary;
    return {
      late: formatCount(late + blocked),
      all: formatCount(fresh + late + blocked + unknown),
      // What wants somebody first: where nothing is blocked, what is late.
      state: blocked > 0 ? 'blocked' : 'late',
      isAny: late + blocked > 0,
      blocked: blocked === 0 ? undefined : formatCount(blocked),
    };
  });
  private readonly items = computed(() => this.jobs.latest()?.items ?? []);
  private readonly underWay = computed(() => this.active.latest()?.items ?? []);
  protected readonly running = computed(() => told(this.underWay(), this.active.latest()?.next_cursor));
  protected readonly failed = computed(() => told(this.items().filter(hasFailed), this.jobs.latest()?.next_cursor));
  /** There is no database, as the tile of Lakebase says: there are no jobs either. */
  protected readonly isWithout = computed(() => this.jobs.problem()?.code === 'LAKEBASE_NOT_CONFIGURED');
  protected readonly isQuiet = computed(() => this.items().length === 0 && this.underWay().length === 0);
  protected readonly problem = computed(() => this.jobs.problem() ?? this.active.problem());

  constructor() {
    watchWhile(
      computed(() => this.underWay().length > 0),
      () => {
        if (!this.jobs.isLoading() && !this.active.isLoading()) this.reload();
      },
      PAUSE_MS,
    );
  }

  protected reload(): void {
    this.freshness.reload();
    this.active.reload();
    const since = aDayAgo();
    if (since === this.since()) this.jobs.reload();
    else this.since.set(since);
  }
}

/** `next`: there are more than are here. */
function told(jobs: readonly JobSummaryDto[], next: string | null | undefined) {
  const count = formatCount(jobs.length);
  return {
    count: typeof next === 'string' && jobs.length > 0 ? $localize`${count}:count: or more` : count,
    named: jobs.slice(0, NAMED).map((job) => ({
      id: job.job_id,
      label: job.config.target.uri,
      state: jobState(job),
      at: job.ended_at ?? job.started_at ?? job.created_at,
    })),
  };
}

function aDayAgo(): string {
  return new Date(Date.now() - DAY_MS).toISOString();
}

/** Something of it is left to be done. */
function hasFailed({ status }: JobSummaryDto): boolean {
  return status === 'failed' || status === 'completed_with_errors';
}
