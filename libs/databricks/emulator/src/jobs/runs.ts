import type { RunTrigger } from '@lakescope/databricks-wire';
import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import { newNumericId } from '../state/numeric-id';
import type { JobStore } from './job-store';
import { ReadSettings } from './job-settings';
import type { StoredJob, StoredRun, StoredState } from './jobs-document';
import type { PythonTasks } from './python-tasks';
import { hasEnded, type RunBook } from './run-book';
import { INTERRUPTED, newTaskRuns, RunExecution, STOPPED } from './run-execution';
import { refuseWhatCannotRun } from './run-plan';

/** What a caller may say of a run beside its job. */
export interface RunRequest {
  readonly jobParameters: Readonly<Record<string, string>>;
  readonly pythonParameters: readonly string[] | undefined;
  readonly only: readonly string[] | undefined;
  readonly idempotencyToken: string | undefined;
  /** Undefined: as the job says. */
  readonly isQueued: boolean | undefined;
}

export const PLAIN_RUN: RunRequest = {
  ...{ jobParameters: {}, pythonParameters: undefined, only: undefined },
  ...{ idempotencyToken: undefined, isQueued: undefined },
};

const SKIPPED: StoredState = {
  ...{ lifeCycle: 'SKIPPED', result: 'MAXIMUM_CONCURRENT_RUNS_REACHED', code: 'MAX_CONCURRENT_RUNS_EXCEEDED' },
  message: 'The run was skipped because the job already has as many active runs as it may have.',
};
const QUEUED: StoredState = {
  lifeCycle: 'QUEUED',
  message: 'Queued: the job has as many active runs as it may have.',
};

/** Runs of jobs: which start, which wait, which are skipped, and how each ends. */
export class Runs {
  private readonly executions = new Map<number, { execution: RunExecution; ended: Promise<void> }>();
  private isClosing = false;

  constructor(
    private readonly book: RunBook,
    private readonly jobs: JobStore,
    private readonly python: PythonTasks,
    /** Told of what went wrong beside any request. */
    private readonly report: (runId: number, fault: unknown) => void,
  ) {}

  /** After a start: what was under way is over, what waited goes on. */
  async resume(): Promise<void> {
    for (const run of this.book.all) {
      if (hasEnded(run) || run.state.lifeCycle === 'QUEUED') continue;
      await this.interrupt(run.id);
    }
    for (const { jobId } of this.book.all) this.startWaiting(jobId);
  }

  /** Refuses what the local workspace cannot run, with the reason. A token that was seen before answers its run. */
  async start(caller: string, job: StoredJob, trigger: RunTrigger, request: RunRequest): Promise<StoredRun> {
    const settings = this.jobs.settingsOf(job);
    const { idempotencyToken: token, only } = request;
    // Of this job alone: others may have used the same one.
    const known = this.book.all.find((run) => run.jobId === job.id && run.idempotencyToken === token);
    if (token !== undefined && known !== undefined) return known;
    const unknown = only?.find((key) => !settings.tasks.some((task) => task.key === key));
    if (unknown !== undefined)
      throw invalidParameter(`only names '${unknown.slice(0, 100)}', which is no task of the job.`);
    // A schedule has nobody to refuse anything to: its run says why it failed.
    if (trigger !== 'PERIODIC') refuseWhatCannotRun(settings, only);
    const active = this.book.activeOf(job.id);
    const mayStart = active.length < settings.maxConcurrentRuns;
    const waits = request.isQueued ?? settings.isQueued;
    const run = newRun(caller, settings, trigger, request, job);
    this.refuseWhileClosing();
    if (mayStart) {
      await this.begin(run, settings, this.jobs.runAsOf(job));
      return run;
    }
    const held: StoredRun = waits
      ? { ...run, state: QUEUED }
      : {
          ...run,
          state: SKIPPED,
          endedAt: run.createdAt,
          tasks: run.tasks.map((task) => ({ ...task, state: SKIPPED })),
        };
    await this.add(held);
    return held;
  }

  /** A run of its own, without a job. */
  async submit(caller: string, settings: ReadSettings, idempotencyToken: string | undefined): Promise<StoredRun> {
    const known = this.book.all.find((run) => run.jobId === undefined && run.idempotencyToken === idempotencyToken);
    if (idempotencyToken !== undefined && known !== undefined) return known;
    if (settings.tasks.length === 0) throw invalidParameter('A run needs at least one task.');
    refuseWhatCannotRun(settings, undefined);
    this.refuseWhileClosing();
    const run = newRun(caller, settings, 'ONE_TIME', { ...PLAIN_RUN, idempotencyToken }, undefined);
    await this.begin(run, settings, settings.runAs?.name ?? caller);
    return run;
  }

  /** Those the caller may see, the newest first. */
  list(caller: Principal, jobId: number | undefined): readonly StoredRun[] {
    const asked = this.book.all.filter((run) => jobId === undefined || run.jobId === jobId);
    return asked.filter((run) => this.may(caller, run, 'CAN_VIEW')).toReversed();
  }

  /** The run, or the one a task's run belongs to, if the caller may do this with it. */
  require(caller: Principal, id: number, level: 'CAN_VIEW' | 'CAN_MANAGE_RUN'): StoredRun {
    const run = this.book.find(id) ?? this.book.withTask(id);
    if (run === undefined) throw invalidParameter(`Run ${id} does not exist.`);
    if (!this.may(caller, run, level)) {
      const words = level === 'CAN_VIEW' ? 'View or Admin or Manage Run or Owner' : 'Admin or Manage Run or Owner';
      throw permissionDenied(`User ${caller.name} does not have ${words} permissions on run ${id}`);
    }
    return run;
  }

  /** Begins to end it; what has ended stays as it is. */
  async cancel({ id }: StoredRun): Promise<void> {
    const known = this.executions.get(id);
    if (known !== undefined) return known.execution.stop('by its user');
    const run = this.book.find(id);
    if (run === undefined || hasEnded(run)) return;
    // It waits, or is only being written.
    await this.book.change(id, (now) => ended(now, STOPPED['by its user']));
  }

  async cancelAll(jobId: number): Promise<void> {
    for (const run of this.book.activeOf(jobId).toReversed()) await this.cancel(run);
  }

  async remove(run: StoredRun): Promise<void> {
    if (!hasEnded(run)) throw invalidParameter(`Run ${run.id} is active: cancel it before it is deleted.`);
    await this.book.remove(run.id);
    await this.python.forget(run.tasks.map(({ id }) => id));
  }

  logs(taskRunId: number): Promise<string | undefined> {
    return this.python.logs(taskRunId);
  }

  settingsOf(run: StoredRun): ReadSettings {
    return ReadSettings.parse(JSON.parse(run.settings));
  }

  /** Ends everything that runs, and waits for it. What waits goes on after the next start. */
  async close(): Promise<void> {
    this.isClosing = true;
    const running = [...this.executions.values()];
    for (const { execution } of running) execution.stop('by the end of the workspace');
    await Promise.all(running.map(({ ended: end }) => end));
  }

  private refuseWhileClosing(): void {
    if (this.isClosing) throw new ServiceRefusal(503, 'TEMPORARILY_UNAVAILABLE', 'The local workspace is ending.');
  }

  private async add(run: StoredRun): Promise<void> {
    const forgotten = await this.book.add(run);
    await this.python.forget(forgotten.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  }

  /** Adds a run and executes it, unless somebody has cancelled it or the workspace ends meanwhile. */
  private async begin(run: StoredRun, settings: ReadSettings, runAs: string): Promise<void> {
    await this.add(run);
    const now = this.book.find(run.id);
    if (now === undefined || hasEnded(now)) return this.startWaiting(run.jobId);
    if (this.isClosing) return this.interrupt(run.id);
    this.execute(run, settings, runAs);
  }

  private execute(run: StoredRun, settings: ReadSettings, runAs: string): void {
    const report = (fault: unknown): void => this.report(run.id, fault);
    const execution = new RunExecution(run, settings, runAs, this.book, this.python, report);
    const end = execution
      .go()
      .catch(async (fault: unknown) => {
        report(fault);
        await this.interrupt(run.id);
      })
      .finally(() => {
        this.executions.delete(run.id);
        this.startWaiting(run.jobId);
      })
      .catch(report);
    this.executions.set(run.id, { execution, ended: end });
  }

  /** As many of the runs that wait as there is room for, the oldest first. */
  private startWaiting(jobId: number | undefined): void {
    const job = jobId === undefined ? undefined : this.jobs.find(jobId);
    if (this.isClosing || job === undefined) return;
    const active = this.book.activeOf(job.id);
    const waiting = active.filter(({ id, state }) => state.lifeCycle === 'QUEUED' && !this.executions.has(id));
    const room = this.jobs.settingsOf(job).maxConcurrentRuns - (active.length - waiting.length);
    for (const run of waiting.slice(0, Math.max(0, room))) {
      this.execute(run, this.settingsOf(run), this.jobs.runAsOf(job));
    }
  }

  private interrupt(id: number): Promise<void> {
    return this.book.change(id, (run) => ended(run, INTERRUPTED));
  }

  private may(caller: Principal, run: StoredRun, level: 'CAN_VIEW' | 'CAN_MANAGE_RUN'): boolean {
    const byJob = run.jobId !== undefined && this.jobs.may(caller, run.jobId, level);
    return byJob || run.creator === caller.name || caller.groups.includes(ADMINS);
  }
}

function newRun(
  creator: string,
  settings: ReadSettings,
  trigger: RunTrigger,
  { jobParameters, pythonParameters, only, idempotencyToken }: RunRequest,
  job: StoredJob | undefined,
): StoredRun {
  return {
    ...{ id: Number(newNumericId()), creator, trigger, createdAt: Date.now() },
    ...(job === undefined ? {} : { jobId: job.id }),
    settings: JSON.stringify(settings.given),
    jobParameters: { ...jobParameters },
    ...(pythonParameters === undefined ? {} : { pythonParameters: [...pythonParameters] }),
    ...(only === undefined ? {} : { only: [...only] }),
    ...(idempotencyToken === undefined ? {} : { idempotencyToken }),
    state: { lifeCycle: 'PENDING', message: 'Waiting for the task to start' },
    tasks: newTaskRuns(settings, only),
  };
}

/** With everything in it that was under way ended, too. */
function ended(run: StoredRun, state: StoredState): StoredRun {
  const endedAt = Date.now();
  const tasks = run.tasks.map((task) => (hasEnded(task) ? task : { ...task, state, endedAt }));
  return { ...run, state, endedAt, tasks };
}
