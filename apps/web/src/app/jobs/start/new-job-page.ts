import {
  afterRenderEffect,
  Component,
  computed,
  type ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import {
  apiResource,
  fieldProblems,
  getSchedule,
  listGrantedConnections,
  type PlanJobDto,
  type S3ConnectionDto,
} from '@lakescope/web-api';
import { Breadcrumbs, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { ConnectionForm, type ConnectionFormData } from '../../s3/connections/connection-form';
import { ConnectionsStore } from '../../s3/connections/connections-store';
import { Toasts } from '../../shell/toasts';
import { openScheduleForm } from '../schedules/schedule-form';
import { ScheduleWrites } from '../schedules/schedules-store';
import { ConnectionChoice } from './connection-choice';
import { choicesOf } from './connection-choices';
import { draftAddress, draftFrom, type JobDraft, requestOf, type ResetDecision, SHOWN } from './job-draft';
import { PlanView } from './plan-view';
import { PlannedRun } from './planned-run';
import { RightsCheck } from './rights-check';
import { RunOptions } from './run-options';

/** Connections of others that are offered; more are reached by their ids in the address. */
const MOST_GRANTED = 500;

/**
 * A new run: what is ingested from where, what that would do, and its start, now or by the clock. With a schedule in the address its
 * fields are changed instead.
 */
@Component({
  selector: 'ls-new-job-page',
  imports: [
    Breadcrumbs,
    ConnectionChoice,
    MatButton,
    Notice,
    PlanView,
    ProblemBanner,
    RightsCheck,
    RouterLink,
    RunOptions,
    Skeleton,
  ],
  providers: [ConnectionsStore, PlannedRun],
  templateUrl: './new-job-page.html',
  styleUrls: ['../../shell/form-fields.css', './new-job-page.css'],
})
export class NewJobPage {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);
  private readonly schedules = inject(ScheduleWrites);
  private readonly form = viewChild<ElementRef<HTMLFormElement>>('form');

  protected readonly store = inject(ConnectionsStore);
  protected readonly run = inject(PlannedRun);
  protected readonly granted = apiResource(listGrantedConnections, () => ({ query: { limit: MOST_GRANTED } }));
  /** Undefined until both lists are there. */
  protected readonly choices = computed(() => {
    const [own, granted] = [this.store.list.latest()?.items, this.granted.latest()?.items];
    return own === undefined || granted === undefined ? undefined : choicesOf(own, granted);
  });
  private readonly address = toSignal(this.route.queryParamMap, { initialValue: this.route.snapshot.queryParamMap });
  /** What the fields begin with: the page's state is its address. */
  protected readonly draft = computed(() => draftFrom((field) => this.address().get(field)));
  private readonly scheduleId = computed(() => this.address().get('schedule') ?? undefined);
  /** The schedule whose fields these are. */
  protected readonly schedule = apiResource(getSchedule, () => {
    const id = this.scheduleId();
    return id === undefined ? undefined : { path: { id } };
  });
  protected readonly isOfSchedule = computed(() => this.scheduleId() !== undefined);
  /** It is a schedule that somebody came for. */
  protected readonly isForSchedule = computed(() => this.address().get('then') === 'schedule');
  protected readonly title = computed(() => {
    const name = this.schedule.latest()?.name;
    if (this.isOfSchedule()) return $localize`What ${name === undefined ? '' : `“${name}”`}:schedule: runs`;
    return this.isForSchedule() ? $localize`New schedule` : $localize`New run`;
  });
  protected readonly trail = computed(() => [
    { label: $localize`Jobs`, link: '/jobs' },
    ...(this.isOfSchedule() || this.isForSchedule() ? [{ label: $localize`Schedules`, link: '/jobs/schedules' }] : []),
    { label: this.title(), link: '/jobs/new' },
  ]);
  protected readonly mode = signal(this.draft().mode === 'copy' ? 'copy' : 'reference');
  protected readonly isBeyondFence = signal(this.draft().beyond_fence === 'on');
  /** By the names of a run; a schedule has them inside of its request. */
  protected readonly fields = computed(
    () =>
      new Map(
        [...fieldProblems(this.run.problem()?.details ?? {})].map(([path, message]) => [
          path.replace(/^request\./, ''),
          message,
        ]),
      ),
  );
  /** What is said of fields stands beside them; of fields that are not here, above. */
  protected readonly problem = computed(() => {
    const told = [...this.fields().keys()];
    return told.length > 0 && told.every((path) => SHOWN.has(path)) ? undefined : this.run.problem();
  });

  constructor() {
    // Fields change without anybody's hand too: with the address, and when a connection is there that was made in front of them.
    afterRenderEffect(() => {
      this.draft();
      this.choices();
      this.form();
      untracked(() => this.changed());
    });
  }

  protected changed(): void {
    const draft = this.read();
    if (draft === undefined) return;
    this.mode.set(draft.mode === 'copy' ? 'copy' : 'reference');
    this.isBeyondFence.set(draft.beyond_fence === 'on');
    this.run.ask(draft);
  }

  /** What the fields ask for, for whoever tries it out. */
  protected readonly asks = (): PlanJobDto | undefined => {
    this.changed();
    return this.run.asked();
  };

  protected readAgain(): void {
    this.store.reload();
    this.granted.reload();
  }

  /** A field that is filled in is kept in the address: whoever goes elsewhere and comes back finds it so. */
  protected settled(): void {
    this.changed();
    const draft = this.read();
    if (draft !== undefined) void this.keep(draft);
  }

  /** A connection is made in front of the form, which stays as it is; then it is the one to read or to write with. */
  protected connect(...uses: readonly ('from' | 'to')[]): void {
    const data: ConnectionFormData = { connection: undefined, store: this.store };
    this.dialog
      .open<ConnectionForm, ConnectionFormData, S3ConnectionDto>(ConnectionForm, {
        data,
        width: '640px',
        maxWidth: 'calc(100vw - 24px)',
        ariaLabelledBy: 'ls-s3-connection-title',
      })
      .afterClosed()
      .subscribe((stored) => {
        const draft = this.read();
        if (stored === undefined || draft === undefined) return;
        void this.keep({ ...draft, ...Object.fromEntries(uses.map((use) => [use, stored.id])) });
      });
  }

  protected submit(event: Event): Promise<void> {
    event.preventDefault();
    return this.makePlan();
  }

  protected decide({ table, decision }: { table: string; decision: ResetDecision | undefined }): Promise<void> {
    this.run.decide(table, decision);
    return this.makePlan();
  }

  protected async start(): Promise<void> {
    const id = await this.run.start();
    if (id !== undefined) await this.router.navigate(['/jobs', id]);
  }

  /** The same request, again and again. What was decided about a reset is for this one run. */
  protected openSchedule(): void {
    const draft = this.read();
    if (draft === undefined) return;
    openScheduleForm(this.dialog, { schedule: undefined, request: requestOf(draft, new Map()) }).subscribe((stored) => {
      if (stored === undefined) return;
      this.toasts.show($localize`“${stored.name}:name:” is stored`);
      void this.router.navigate(['/jobs/schedules']);
    });
  }

  protected async saveToSchedule(): Promise<void> {
    const schedule = this.schedule.value();
    const draft = this.read();
    if (schedule === undefined || draft === undefined) return;
    const request = requestOf(draft, new Map());
    const stored = await this.run.attempt('starting', () => this.schedules.update(schedule, { request }));
    if (stored === undefined) return;
    this.toasts.show($localize`“${stored.name}:name:” is stored`);
    await this.router.navigate(['/jobs/schedules']);
  }

  private async makePlan(): Promise<void> {
    const draft = this.read();
    if (draft !== undefined && (await this.run.make(draft))) await this.keep(draft);
  }

  private read(): JobDraft | undefined {
    const form = this.form()?.nativeElement;
    if (form === undefined) return undefined;
    const entered = new FormData(form);
    return draftFrom((field) => {
      const value = entered.get(field);
      return typeof value === 'string' ? value : undefined;
    });
  }

  private async keep(draft: JobDraft): Promise<void> {
    await this.router.navigate([], {
      relativeTo: this.route,
      queryParams: draftAddress(draft),
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }
}
