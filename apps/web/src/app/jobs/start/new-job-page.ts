import {
  afterRenderEffect,
  Component,
  computed,
  type ElementRef,
  inject,
  linkedSignal,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import {
  Api,
  apiResource,
  fieldProblems,
  getSchedule,
  type JobPlanDto,
  listGrantedConnections,
  type PlanJobDto,
  planJob,
  type Problem,
  problemFrom,
  type S3ConnectionDto,
  startJob,
} from '@lakescope/web-api';
import { Breadcrumbs, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { ConnectionForm, type ConnectionFormData } from '../../s3/connections/connection-form';
import { ConnectionsStore } from '../../s3/connections/connections-store';
import { Toasts } from '../../shell/toasts';
import { openScheduleForm } from '../schedules/schedule-form';
import { ScheduleWrites } from '../schedules/schedules-store';
import { ConnectionChoice } from './connection-choice';
import { choicesOf } from './connection-choices';
import {
  draftAddress,
  draftFrom,
  FURTHER,
  hasFurtherOptions,
  isSameRequest,
  type JobDraft,
  requestOf,
  type ResetDecision,
  SHOWN,
} from './job-draft';
import { PlanView } from './plan-view';
import { RightsCheck } from './rights-check';

/** Connections of others that are offered; more are reached by their ids in the address. */
const MOST_GRANTED = 500;

/** A plan, and the request that it is the plan of. */
interface Planned {
  readonly request: PlanJobDto;
  readonly plan: JobPlanDto;
}

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
    Skeleton,
  ],
  providers: [ConnectionsStore],
  templateUrl: './new-job-page.html',
  styleUrl: './new-job-page.css',
})
export class NewJobPage {
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly dialog = inject(MatDialog);
  private readonly toasts = inject(Toasts);
  private readonly schedules = inject(ScheduleWrites);
  private readonly form = viewChild<ElementRef<HTMLFormElement>>('form');

  protected readonly store = inject(ConnectionsStore);
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
  protected readonly isPlanning = signal(false);
  protected readonly isStarting = signal(false);
  protected readonly decisions = signal<ReadonlyMap<string, ResetDecision>>(new Map());
  private readonly planned = signal<Planned | undefined>(undefined);
  /** What the fields ask for now. */
  protected readonly asked = signal<PlanJobDto | undefined>(undefined, { equal: isSameRequest });
  private readonly failure = signal<Problem | undefined>(undefined);
  /** So that a start whose answer was lost starts nothing twice; a new one with each plan. */
  private startKey = '';

  protected readonly plan = computed(() => this.planned()?.plan);
  /** The fields have changed since the plan was made. */
  protected readonly isStale = computed(() => {
    const planned = this.planned();
    return planned !== undefined && !isSameRequest(planned.request, this.asked());
  });
  protected readonly canStart = computed(() => {
    const plan = this.plan();
    return plan !== undefined && !this.isStale() && plan.tables.some(({ state }) => state !== 'blocked');
  });
  /** By the names of a run; a schedule has them inside of its request. */
  protected readonly fields = computed(
    () =>
      new Map(
        [...fieldProblems(this.failure()?.details ?? {})].map(([path, message]) => [
          path.replace(/^request\./, ''),
          message,
        ]),
      ),
  );
  /** Options that are asked for, or refused, are in sight; what was opened stays open. */
  protected readonly isOpen = linkedSignal<boolean, boolean>({
    source: () => [...this.fields().keys()].some((path) => FURTHER.has(path)),
    computation: (isRefused, former) => isRefused || (former?.value ?? hasFurtherOptions(untracked(this.draft))),
  });
  /** What is said of fields stands beside them; of fields that are not here, above. */
  protected readonly problem = computed(() => {
    const told = [...this.fields().keys()];
    return told.length > 0 && told.every((path) => SHOWN.has(path)) ? undefined : this.failure();
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
    this.asked.set(requestOf(draft, this.decisions()));
  }

  /** What the fields ask for, for whoever tries it out. */
  protected readonly asks = (): PlanJobDto | undefined => {
    this.changed();
    return this.asked();
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

  protected toggled(event: Event): void {
    this.isOpen.set((event.target as HTMLDetailsElement).open);
  }

  protected submit(event: Event): Promise<void> {
    event.preventDefault();
    return this.makePlan();
  }

  /** Decisions change what a run does, so the plan is made again. */
  protected decide({ table, decision }: { table: string; decision: ResetDecision | undefined }): Promise<void> {
    this.decisions.update((former) => {
      const next = new Map(former);
      if (decision === undefined) next.delete(table);
      else next.set(table, decision);
      return next;
    });
    return this.makePlan();
  }

  protected async start(): Promise<void> {
    const planned = this.planned();
    if (planned === undefined || this.isStarting()) return;
    this.isStarting.set(true);
    this.failure.set(undefined);
    try {
      const { job_id: id } = await this.api.invoke(startJob, {
        body: planned.request,
        headers: { 'Idempotency-Key': this.startKey },
      });
      await this.router.navigate(['/jobs', id]);
    } catch (error) {
      this.failure.set(problemFrom(error));
    } finally {
      this.isStarting.set(false);
    }
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
    if (schedule === undefined || draft === undefined || this.isStarting()) return;
    this.isStarting.set(true);
    this.failure.set(undefined);
    try {
      const { name } = await this.schedules.update(schedule, { request: requestOf(draft, new Map()) });
      this.toasts.show($localize`“${name}:name:” is stored`);
      await this.router.navigate(['/jobs/schedules']);
    } catch (error) {
      this.failure.set(problemFrom(error));
    } finally {
      this.isStarting.set(false);
    }
  }

  private async makePlan(): Promise<void> {
    const draft = this.read();
    if (draft === undefined || this.isPlanning()) return;
    const request = requestOf(draft, this.decisions());
    this.isPlanning.set(true);
    this.failure.set(undefined);
    this.asked.set(request);
    try {
      const plan = await this.api.invoke(planJob, { body: request });
      this.startKey = crypto.randomUUID();
      this.planned.set({ request, plan });
      await this.keep(draft);
    } catch (error) {
      this.planned.set(undefined);
      this.failure.set(problemFrom(error));
    } finally {
      this.isPlanning.set(false);
    }
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
