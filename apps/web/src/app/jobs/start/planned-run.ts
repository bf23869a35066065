import { computed, inject, Service, signal } from '@angular/core';
import {
  Api,
  type JobPlanDto,
  type PlanJobDto,
  planJob,
  type Problem,
  problemFrom,
  startJob,
} from '@lakescope/web-api';
import { isSameRequest, type JobDraft, requestOf, type ResetDecision } from './job-draft';

/** A plan, and the request that it is the plan of. */
interface Planned {
  readonly request: PlanJobDto;
  readonly plan: JobPlanDto;
}

/** A run before it begins: what is asked for, what that would do, what was decided about it, and its start. */
@Service({ autoProvided: false })
export class PlannedRun {
  private readonly api = inject(Api);

  private readonly decided = signal<ReadonlyMap<string, ResetDecision>>(new Map());
  /** About tables whose source was reset, by their names. */
  readonly decisions = this.decided.asReadonly();
  private readonly planned = signal<Planned | undefined>(undefined);
  readonly plan = computed(() => this.planned()?.plan);
  private readonly request = signal<PlanJobDto | undefined>(undefined, { equal: isSameRequest });
  /** What the fields ask for now; undefined while there are none. */
  readonly asked = this.request.asReadonly();
  /** Being asked: what it would do, or for its start. */
  private readonly deed = signal<'planning' | 'starting' | undefined>(undefined);
  readonly isPlanning = computed(() => this.deed() === 'planning');
  readonly isBusy = computed(() => this.deed() !== undefined);
  private readonly failure = signal<Problem | undefined>(undefined);
  /** Why the last of that did not come about. */
  readonly problem = this.failure.asReadonly();
  /** So that a start whose answer was lost starts nothing twice; a new one with each plan. */
  private startKey = '';

  /** The fields have changed since the plan was made. */
  readonly isStale = computed(() => {
    const planned = this.planned();
    return planned !== undefined && !isSameRequest(planned.request, this.request());
  });
  readonly canStart = computed(() => {
    const plan = this.plan();
    return plan !== undefined && !this.isStale() && plan.tables.some(({ state }) => state !== 'blocked');
  });

  /** To be called with what the fields hold, whenever that changes. */
  ask(draft: JobDraft): void {
    this.request.set(requestOf(draft, this.decided()));
  }

  /** A decision changes what a run does: the plan is to be made again. Without one, the former is taken back. */
  decide(table: string, decision: ResetDecision | undefined): void {
    this.decided.update((former) => {
      const next = new Map(former);
      if (decision === undefined) next.delete(table);
      else next.set(table, decision);
      return next;
    });
  }

  /** Asks what a run would do. Answers whether there is a plan now. */
  async make(draft: JobDraft): Promise<boolean> {
    this.ask(draft);
    const request = requestOf(draft, this.decided());
    const plan = await this.attempt('planning', () => this.api.invoke(planJob, { body: request }));
    if (plan === undefined) {
      // One that was made before is not of these fields.
      if (this.failure() !== undefined) this.planned.set(undefined);
      return false;
    }
    this.startKey = crypto.randomUUID();
    this.planned.set({ request, plan });
    return true;
  }

  /** Starts what the plan is of. Answers the id of the run; undefined where none began. */
  async start(): Promise<string | undefined> {
    const planned = this.planned();
    if (planned === undefined) return undefined;
    const body = planned.request;
    const headers = { 'Idempotency-Key': this.startKey };
    return (await this.attempt('starting', () => this.api.invoke(startJob, { body, headers })))?.job_id;
  }

  /** Does something that takes the place of a start, like storing the request. Undefined where it failed, or something else goes on. */
  async attempt<T>(deed: 'planning' | 'starting', act: () => Promise<T>): Promise<T | undefined> {
    if (this.deed() !== undefined) return undefined;
    this.deed.set(deed);
    this.failure.set(undefined);
    try {
      return await act();
    } catch (error) {
      this.failure.set(problemFrom(error));
      return undefined;
    } finally {
      this.deed.set(undefined);
    }
  }
}
