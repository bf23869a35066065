import { after } from '../processes/long-timer';
import { newNumericId } from '../state/numeric-id';
import type { ReadSettings } from './job-settings';
import type { StoredRun, StoredState, StoredTaskRun } from './jobs-document';
import type { PythonTasks, TaskEnd } from './python-tasks';
import { hasEnded, type RunBook } from './run-book';
import { concluded, obstacleTo, plannedTasks, unmet, withReferences } from './run-plan';
import type { TaskSettings } from './task-settings';

type Stopped = 'by its user' | 'by its timeout' | 'by the end of the workspace';

/** A task that may be tried for ever would otherwise start anew as fast as it fails. */
const SHORTEST_RETRY_INTERVAL = 1000;
/** Of the attempts at a task, as many are kept: the last ones. */
const MOST_ATTEMPTS = 10;

/** What becomes of whatever is under way when the workspace ends. */
export const INTERRUPTED: StoredState = {
  ...{ lifeCycle: 'INTERNAL_ERROR', result: 'FAILED', code: 'INTERNAL_ERROR' },
  message: 'The local workspace ended while the run was going on.',
};

/** How a run ends that is stopped. */
export const STOPPED: Readonly<Record<Stopped, StoredState>> = {
  'by its user': { lifeCycle: 'TERMINATED', result: 'CANCELED', code: 'USER_CANCELED', message: 'Run cancelled.' },
  'by its timeout': {
    ...{ lifeCycle: 'TERMINATED', result: 'TIMEDOUT', code: 'CANCELED' },
    message: 'The run took longer than its timeout.',
  },
  'by the end of the workspace': INTERRUPTED,
};

/** The tasks of a run before any has started. */
export function newTaskRuns(settings: ReadSettings, only: readonly string[] | undefined): StoredTaskRun[] {
  return plannedTasks(settings, only).map(({ key, dependsOn }) => ({
    ...{ id: Number(newNumericId()), key, attempt: 0 },
    state: { lifeCycle: dependsOn.length === 0 ? 'PENDING' : 'BLOCKED', message: '' },
  }));
}

/** One run from its start to its end: its tasks in order, each as often as it may be tried. */
export class RunExecution {
  private readonly abort = new AbortController();
  private stopped: Stopped | undefined;
  /** How it ended is being written. */
  private isOver = false;

  constructor(
    private readonly run: StoredRun,
    private readonly settings: ReadSettings,
    private readonly runAs: string,
    private readonly book: RunBook,
    private readonly python: PythonTasks,
    /** Told of what goes wrong where nobody waits for it. */
    private readonly report: (fault: unknown) => void,
  ) {}

  /** Resolves when the run has ended and that is on disk. */
  async go(): Promise<void> {
    const startedAt = Date.now();
    await this.change((run) => ({ ...run, startedAt, state: { lifeCycle: 'RUNNING', message: 'In run' } }));
    const { timeoutSeconds } = this.settings;
    const callOff = timeoutSeconds === 0 ? undefined : after(timeoutSeconds * 1000, () => this.stop('by its timeout'));
    try {
      const tasks = plannedTasks(this.settings, this.run.only);
      const outcomes = await this.runAll(tasks);
      this.isOver = true;
      const state = this.stopped === undefined ? concluded(tasks, outcomes) : STOPPED[this.stopped];
      await this.change((run) => ({ ...run, endedAt: Date.now(), state }));
    } finally {
      this.isOver = true;
      callOff?.();
      // Nothing to end, unless this has failed while a task was going on.
      this.abort.abort();
    }
  }

  /** Begins to end it; nothing happens to a run that has ended. */
  stop(why: Stopped): void {
    if (this.stopped !== undefined || this.isOver) return;
    this.stopped = why;
    const state: StoredState = { lifeCycle: 'TERMINATING', message: STOPPED[why].message };
    this.change((run) => (hasEnded(run) ? run : { ...run, state })).catch(this.report);
    this.abort.abort();
  }

  private async runAll(tasks: readonly TaskSettings[]): Promise<ReadonlyMap<string, StoredState>> {
    const outcomes = new Map<string, StoredState>();
    const begun = new Map<string, Promise<void>>();
    const planned = new Map(tasks.map((task) => [task.key, task]));
    const ended = (task: TaskSettings): Promise<void> => {
      const known = begun.get(task.key);
      if (known !== undefined) return known;
      const end = (async () => {
        const upstream = task.dependsOn.flatMap((key) => planned.get(key) ?? []);
        await Promise.all(upstream.map(ended));
        const before = upstream.flatMap(({ key }) => outcomes.get(key) ?? []);
        outcomes.set(task.key, await this.outcomeOf(task, before));
      })();
      begun.set(task.key, end);
      return end;
    };
    await Promise.all(tasks.map(ended));
    return outcomes;
  }

  private async outcomeOf(task: TaskSettings, upstream: readonly StoredState[]): Promise<StoredState> {
    const first = this.run.tasks.find(({ key }) => key === task.key);
    if (first === undefined) throw new Error(`Run ${this.run.id} has no task ${task.key}`);
    const notRun = this.stopped === undefined ? unmet(task.runIf, upstream) : STOPPED[this.stopped];
    if (notRun !== undefined) {
      await this.record(first.id, { state: notRun });
      return notRun;
    }
    for (let attempt = first; ;) {
      const state = await this.attempt(task, attempt);
      // What could not even be started fails in the same way again.
      const hasFailed = state.result === 'FAILED' && state.lifeCycle === 'TERMINATED';
      const mayRetry = hasFailed || (state.result === 'TIMEDOUT' && task.retryOnTimeout);
      const isLast = task.maxRetries >= 0 && attempt.attempt >= task.maxRetries;
      if (!mayRetry || isLast || this.hasStopped()) return state;
      await this.pause(Math.max(task.retryIntervalMilliseconds, SHORTEST_RETRY_INTERVAL));
      if (this.hasStopped()) return state;
      attempt = { ...first, id: Number(newNumericId()), attempt: attempt.attempt + 1 };
      await this.addAttempt(attempt);
    }
  }

  /** The oldest one of the task goes when there are too many. */
  private async addAttempt(attempt: StoredTaskRun): Promise<void> {
    const surplus = new Set<number>();
    await this.change((run) => {
      const earlier = run.tasks.filter(({ key }) => key === attempt.key).map(({ id }) => id);
      for (const id of earlier.slice(0, Math.max(0, earlier.length + 1 - MOST_ATTEMPTS))) surplus.add(id);
      return { ...run, tasks: [...run.tasks.filter(({ id }) => !surplus.has(id)), attempt] };
    });
    await this.python.forget([...surplus]);
  }

  private async attempt(task: TaskSettings, { id, key }: StoredTaskRun): Promise<StoredState> {
    await this.record(id, { startedAt: Date.now(), state: { lifeCycle: 'RUNNING', message: 'In run' } });
    const end = await this.runTask(task, { runId: id, key });
    await this.record(id, { ...end, endedAt: Date.now() });
    return end.state;
  }

  private async runTask(task: TaskSettings, self: { runId: number; key: string }): Promise<TaskEnd> {
    const { python } = task;
    const obstacle = obstacleTo(task, this.settings);
    if (python === undefined || obstacle !== undefined) {
      const message = obstacle ?? `Task '${task.key}' is no spark_python_task.`;
      return {
        state: { lifeCycle: 'INTERNAL_ERROR', result: 'FAILED', code: 'INVALID_RUN_CONFIGURATION', message },
        error: message,
      };
    }
    try {
      const parameters = this.run.pythonParameters ?? python.parameters;
      const end = await this.python.run(
        {
          ...{ id: self.runId, runAs: this.runAs, file: python.file, timeoutSeconds: task.timeoutSeconds },
          parameters: withReferences(parameters, this.run, this.settings, self),
        },
        this.abort.signal,
      );
      return this.stopped !== undefined && end.state.result === 'CANCELED' ? { state: STOPPED[this.stopped] } : end;
    } catch (error) {
      if (this.stopped !== undefined) return { state: STOPPED[this.stopped] };
      const message = `The local workspace failed to run the task: ${error instanceof Error ? error.message : 'unknown'}`;
      return { state: { ...INTERRUPTED, message }, error: message };
    }
  }

  private hasStopped(): boolean {
    return this.stopped !== undefined;
  }

  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.abort;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        callOff();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const callOff = after(milliseconds, end);
      signal.addEventListener('abort', end);
    });
  }

  private record(id: number, changes: Partial<StoredTaskRun>): Promise<void> {
    return this.change((run) => ({
      ...run,
      tasks: run.tasks.map((task) => (task.id === id ? { ...task, ...changes } : task)),
    }));
  }

  private change(changed: (run: StoredRun) => StoredRun): Promise<void> {
    return this.book.change(this.run.id, changed);
  }
}
