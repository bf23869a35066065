import { Component, computed, inject, input } from '@angular/core';
import { MatAnchor } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { apiPages, type JobDto, listJobs } from '@lakescope/web-api';
import {
  Chip,
  EmptyState,
  formatCount,
  formatMilliseconds,
  Icon,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { Session } from '../../shell/session';
import { FolderBar } from '../folder-bar';
import { isActive, JOB_STATES, jobState } from '../job-states';
import { JobsTabs } from '../jobs-tabs';
import { watchWhile } from '../watching';

const A_PAGE = 50;
type JobStatus = JobDto['status'];

/** Runs of ingestion, newest first: one's own, and for admins everybody's. */
@Component({
  selector: 'ls-jobs-page',
  imports: [Chip, EmptyState, FolderBar, Icon, JobsTabs, MatAnchor, ProblemBanner, RouterLink, Skeleton, TimeAgo],
  templateUrl: './jobs-page.html',
  styleUrls: ['../../shell/stacked-table.css', './jobs-page.css'],
})
export class JobsPage {
  /** Query parameters: the page's state is its URL. */
  readonly state = input<string>();
  readonly scope = input<string>();
  /** The schedule whose runs alone are shown. */
  readonly schedule = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly isAdmin = inject(Session).isAdmin;
  protected readonly states = JOB_STATES;
  protected readonly jobs = apiPages(listJobs, (cursor) => ({
    query: {
      limit: A_PAGE,
      ...(this.state() ? { status: this.state() as JobStatus } : {}),
      ...(this.schedule() ? { schedule_id: this.schedule() } : {}),
      ...(this.scope() === 'all' ? { scope: 'all' as const } : {}),
      ...(cursor === undefined ? {} : { cursor }),
    },
  }));
  protected readonly isFiltered = computed(() => Boolean(this.state() || this.schedule()));
  protected readonly rows = computed(() =>
    this.jobs.items().map((job) => ({
      job,
      state: jobState(job),
      isOver: !isActive(job.status),
      rows: formatCount(Number(job.progress.rows)),
      duration: job.progress.active_ms > 0 ? formatMilliseconds(job.progress.active_ms) : '',
      link: ['/jobs', job.job_id],
    })),
  );

  constructor() {
    // Its streams are those of one run each: a list of many is looked at again.
    watchWhile(
      computed(() => this.jobs.items().some(({ status }) => isActive(status))),
      () => {
        // Reading again begins with the first page: who has asked for more keeps what they look at.
        if (!this.jobs.isLoading() && this.jobs.items().length <= A_PAGE) this.jobs.reload();
      },
    );
  }

  protected filter(name: 'state' | 'scope', event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.go({ [name]: value === '' ? null : value });
  }

  protected clear(): void {
    this.go({ state: null, schedule: null });
  }

  private go(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
