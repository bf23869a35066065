import { Component, computed, DestroyRef, inject, input, signal } from '@angular/core';
import { MatAnchor, MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { Api, apiResource, cancelJob, getJob, type Problem, problemFrom, retryJob } from '@lakescope/web-api';
import {
  Breadcrumbs,
  ByteSize,
  Chip,
  clipMiddle,
  CopyButton,
  formatDuration,
  formatMilliseconds,
  Icon,
  Notice,
  ProblemBanner,
  Skeleton,
  TimeAgo,
} from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { Session } from '../../shell/session';
import { Toasts } from '../../shell/toasts';
import { fileCount, folderCount, rowCount } from '../counted';
import { FolderBar } from '../folder-bar';
import { isActive, jobState } from '../job-states';
import { openScheduleForm } from '../schedules/schedule-form';
import { draftAddress, draftOf, requestOf } from '../start/job-draft';
import { followStream } from './followed-stream';
import { JobLog } from './job-log';
import { JobTables } from './job-tables';

/** What comes within that time is read at once. */
const GATHER_MS = 250;

/** One run: how far it is while it goes on, and what it did to each table. */
@Component({
  selector: 'ls-job-page',
  imports: [
    Breadcrumbs,
    ByteSize,
    Chip,
    CopyButton,
    FolderBar,
    Icon,
    JobLog,
    JobTables,
    MatAnchor,
    MatButton,
    Notice,
    ProblemBanner,
    RouterLink,
    Skeleton,
    TimeAgo,
  ],
  templateUrl: './job-page.html',
  styleUrl: './job-page.css',
})
export class JobPage {
  /** Of the run, from the path. */
  readonly id = input.required<string>();
  /** Query parameter: the table whose folders are shown. */
  readonly table = input<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);
  private readonly session = inject(Session);
  private readonly answer = apiResource(getJob, () => ({ path: { id: this.id() } }));

  protected readonly trail = computed(() => [
    { label: $localize`Jobs`, link: '/jobs' },
    { label: clipMiddle(this.id(), 13), link: `/jobs/${this.id()}` },
  ]);
  protected readonly job = computed(() => {
    const job = this.answer.latest();
    return job?.job_id === this.id() ? job : undefined;
  });
  protected readonly problem = this.answer.problem;
  protected readonly isActive = computed(() => {
    const job = this.job();
    return job !== undefined && isActive(job.status);
  });
  protected readonly state = computed(() => {
    const job = this.job();
    return job && jobState(job);
  });
  /** What it did asks for one's own connections, so only its owner can ask for the same again. */
  protected readonly isMine = computed(() => this.job()?.user_id === this.session.user()?.user_id);
  /** The same as a new run, to be changed before it is started. */
  protected readonly likeThis = computed(() => {
    const job = this.job();
    return job && draftAddress(draftOf(job.config));
  });
  protected readonly tableNames = computed(() => this.job()?.tables.map(({ table }) => table) ?? []);
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Deeds that failed; what the page shows has a problem of its own. */
  protected readonly deedProblem = signal<Problem | undefined>(undefined);
  protected readonly isBusy = signal(false);
  protected readonly canRetry = computed(() => {
    const status = this.job()?.status;
    return status === 'failed' || status === 'completed_with_errors' || status === 'cancelled';
  });
  protected readonly facts = computed(() => {
    const progress = this.job()?.progress;
    if (progress === undefined) return undefined;
    const { rows, rows_per_second: rowRate, folders_per_second: folderRate, eta_seconds: eta } = progress;
    return {
      rows: rowCount(Number(rows)),
      files: fileCount(progress.files),
      time: formatMilliseconds(progress.active_ms),
      rate:
        rowRate === null || folderRate === null
          ? undefined
          : $localize`${folderCount(Math.round(folderRate))}:folders: and ${rowCount(Math.round(rowRate))}:rows: a second`,
      left: eta === null ? undefined : formatDuration(Math.ceil(eta)),
    };
  });

  constructor() {
    const address = computed(() =>
      this.isActive() ? `/api/v1/jobs/${encodeURIComponent(this.id())}/events` : undefined,
    );
    const look = () => this.readSoon();
    followStream(address, this.isActive, { names: ['status', 'progress'], read: look, ended: look });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  /** The events say that something is new, and not all of what the page shows. */
  private readSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.answer.isLoading()) this.readSoon();
      else this.answer.reload();
    }, GATHER_MS);
  }

  protected reload(): void {
    this.deedProblem.set(undefined);
    this.answer.reload();
  }

  protected async cancel(): Promise<void> {
    const isWanted = await this.dialogs.confirm({
      title: $localize`Cancel the run into ${this.job()?.config.target.uri ?? ''}:target:?`,
      consequences: [
        $localize`It stops at the next folder of each table. What is ingested stays, and nothing is half-done.`,
        $localize`A later run goes on from there.`,
      ],
      action: $localize`Cancel the run`,
      isDestructive: true,
    });
    if (!isWanted) return;
    await this.attempt(async () => {
      await this.api.invoke(cancelJob, { path: { id: this.id() } });
      this.answer.reload();
    });
  }

  protected async retry(): Promise<void> {
    await this.attempt(async () => {
      const { job_id: id } = await this.api.invoke(retryJob, {
        path: { id: this.id() },
        body: {},
        // Of this click alone: what was mended meanwhile is worth another try.
        headers: { 'Idempotency-Key': crypto.randomUUID() },
      });
      this.toasts.show($localize`The new run takes what failed and what was put aside`);
      await this.router.navigate(['/jobs', id]);
    });
  }

  protected openSchedule(): void {
    const job = this.job();
    if (job === undefined) return;
    const request = requestOf(draftOf(job.config), new Map());
    openScheduleForm(this.dialog, { schedule: undefined, request }).subscribe((stored) => {
      if (stored === undefined) return;
      this.toasts.show($localize`“${stored.name}:name:” is stored`);
      void this.router.navigate(['/jobs/schedules']);
    });
  }

  protected showFolders(table: string | undefined): void {
    void this.router.navigate([], { queryParams: { table: table ?? null }, replaceUrl: true });
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    this.deedProblem.set(undefined);
    this.isBusy.set(true);
    try {
      await deed();
    } catch (error) {
      this.deedProblem.set(problemFrom(error));
    } finally {
      this.isBusy.set(false);
    }
  }
}
