import { Component, computed, DOCUMENT, effect, inject, input } from '@angular/core';
import { MatAnchor } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { type ScheduleDto } from '@lakescope/web-api';
import { EmptyState, Icon, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { Dialogs } from '../../shell/dialogs';
import { focusMain } from '../../shell/focus-main';
import { Session } from '../../shell/session';
import { Toasts } from '../../shell/toasts';
import { isActive } from '../job-states';
import { JobsTabs } from '../jobs-tabs';
import { watchWhile } from '../watching';
import { openScheduleForm } from './schedule-form';
import { ScheduleTable } from './schedule-table';
import { SchedulesStore } from './schedules-store';

/** A run that a schedule has started is short of news for so long at most. */
const PAUSE_MS = 5_000;

/** What is ingested again and again, and when: one's own schedules, and for admins everybody's. */
@Component({
  selector: 'ls-schedules-page',
  imports: [EmptyState, Icon, JobsTabs, MatAnchor, ProblemBanner, RouterLink, ScheduleTable, Skeleton],
  providers: [SchedulesStore],
  templateUrl: './schedules-page.html',
  styleUrl: './schedules-page.css',
})
export class SchedulesPage {
  /** Query parameter: the page's state is its URL. */
  readonly scope = input<string>();

  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly document = inject(DOCUMENT);
  private readonly dialog = inject(MatDialog);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(Toasts);
  private readonly session = inject(Session);
  protected readonly store = inject(SchedulesStore);
  protected readonly isAdmin = this.session.isAdmin;
  protected readonly me = computed(() => this.session.user()?.user_id);
  protected readonly schedules = this.store.list.items;

  constructor() {
    effect(() => this.store.scope.set(this.scope() === 'all' ? 'all' : 'mine'));
    watchWhile(
      computed(() => this.schedules().some(({ last_job_status: status }) => status !== null && isActive(status))),
      () => {
        if (!this.store.list.isLoading()) this.store.list.reload();
      },
      PAUSE_MS,
    );
  }

  protected pickScope(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { scope: value === '' ? null : value },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected edit(schedule: ScheduleDto): void {
    openScheduleForm(this.dialog, { schedule, request: schedule.request }).subscribe((stored) => {
      // Also when nothing was stored: somebody else may have changed it, which is why.
      this.store.reload();
      if (stored) this.toasts.show($localize`“${stored.name}:name:” is stored`);
    });
  }

  protected async run(schedule: ScheduleDto): Promise<void> {
    const id = await this.store.run(schedule);
    if (id === undefined) return;
    this.toasts.show($localize`A run of “${schedule.name}:name:” is started`);
    await this.router.navigate(['/jobs', id]);
  }

  protected async remove(schedule: ScheduleDto): Promise<void> {
    const { name } = schedule;
    const isWanted = await this.dialogs.confirm({
      title: $localize`Delete the schedule “${name}:name:”?`,
      consequences: [
        $localize`Nothing is started by it any more. Runs that it has started stay, those under way go on.`,
        $localize`It is written down in the audit log under your name. It cannot be undone; a schedule can also be paused.`,
      ],
      action: $localize`Delete the schedule`,
      isDestructive: true,
    });
    if (!isWanted || !(await this.store.remove(schedule))) return;
    this.toasts.show($localize`“${name}:name:” is deleted`);
    // The button that was pressed goes with its row.
    focusMain(this.document);
  }
}
