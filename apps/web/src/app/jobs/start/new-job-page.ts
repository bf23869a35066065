import { Component, computed, type ElementRef, inject, input, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import {
  Api,
  apiResource,
  fieldProblems,
  type JobPlanDto,
  listS3Connections,
  type PlanJobDto,
  planJob,
  type Problem,
  problemFrom,
  startJob,
} from '@lakescope/web-api';
import { Breadcrumbs, Notice, ProblemBanner, Skeleton } from '@lakescope/web-ui';
import { requestOf, type ResetDecision } from './job-draft';
import { PlanView } from './plan-view';

/** One person has 50 at most, so one page holds them all. */
const ALL_CONNECTIONS = 100;

/** A plan, and the request that it is the plan of. */
interface Planned {
  readonly request: PlanJobDto;
  readonly plan: JobPlanDto;
}

/** A new run: what is ingested from where, what that would do, and its start. */
@Component({
  selector: 'ls-new-job-page',
  imports: [Breadcrumbs, MatButton, Notice, PlanView, ProblemBanner, RouterLink, Skeleton],
  templateUrl: './new-job-page.html',
  styleUrl: './new-job-page.css',
})
export class NewJobPage {
  /** Query parameters: where the form begins. */
  readonly manifest = input<string>();
  readonly target = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly form = viewChild<ElementRef<HTMLFormElement>>('form');

  protected readonly trail = [
    { label: $localize`Jobs`, link: '/jobs' },
    { label: $localize`New run`, link: '/jobs/new' },
  ];
  protected readonly connections = apiResource(listS3Connections, () => ({ query: { limit: ALL_CONNECTIONS } }));
  protected readonly choices = computed(() => this.connections.latest()?.items);
  protected readonly mode = signal<'reference' | 'copy'>('reference');
  protected readonly isPlanning = signal(false);
  protected readonly isStarting = signal(false);
  protected readonly decisions = signal<ReadonlyMap<string, ResetDecision>>(new Map());
  private readonly planned = signal<Planned | undefined>(undefined);
  /** What the fields ask for now. */
  private readonly asked = signal('');
  private readonly failure = signal<Problem | undefined>(undefined);
  /** So that a start whose answer was lost starts nothing twice; a new one with each plan. */
  private startKey = '';

  protected readonly plan = computed(() => this.planned()?.plan);
  /** The fields have changed since the plan was made. */
  protected readonly isStale = computed(() => {
    const planned = this.planned();
    return planned !== undefined && JSON.stringify(planned.request) !== this.asked();
  });
  protected readonly canStart = computed(() => {
    const plan = this.plan();
    return plan !== undefined && !this.isStale() && plan.tables.some(({ state }) => state !== 'blocked');
  });
  protected readonly fields = computed(() => fieldProblems(this.failure()?.details ?? {}));
  /** What is said of fields stands beside them; of fields that are not here, above. */
  protected readonly problem = computed(() => {
    const told = [...this.fields().keys()];
    return told.length > 0 && told.every((path) => SHOWN.has(path)) ? undefined : this.failure();
  });

  protected changed(): void {
    const request = this.read();
    if (request === undefined) return;
    this.mode.set(request.mode ?? 'reference');
    this.asked.set(JSON.stringify(request));
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

  private async makePlan(): Promise<void> {
    const request = this.read();
    if (request === undefined || this.isPlanning()) return;
    this.isPlanning.set(true);
    this.failure.set(undefined);
    this.asked.set(JSON.stringify(request));
    try {
      const plan = await this.api.invoke(planJob, { body: request });
      this.startKey = crypto.randomUUID();
      this.planned.set({ request, plan });
      await this.keepInAddress(request);
    } catch (error) {
      this.planned.set(undefined);
      this.failure.set(problemFrom(error));
    } finally {
      this.isPlanning.set(false);
    }
  }

  private read(): PlanJobDto | undefined {
    const form = this.form()?.nativeElement;
    if (form === undefined) return undefined;
    const entered = new FormData(form);
    return requestOf((name) => {
      const value = entered.get(name);
      return typeof value === 'string' ? value : '';
    }, this.decisions());
  }

  private async keepInAddress({ source, target }: PlanJobDto): Promise<void> {
    await this.router.navigate([], {
      relativeTo: this.route,
      queryParams: {
        from: source.connection_id ?? null,
        manifest: source.manifest_uri,
        to: target.connection_id ?? null,
        target: target.uri,
      },
      replaceUrl: true,
    });
  }
}

/** Paths of a request that have a field here which shows what is said of them. */
const SHOWN: ReadonlySet<string> = new Set([
  'source.connection_id',
  'source.manifest_uri',
  'target.connection_id',
  'target.uri',
  'include',
  'exclude',
  'path_rewrite.from',
  'path_rewrite.to',
]);
