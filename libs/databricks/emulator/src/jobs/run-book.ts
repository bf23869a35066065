import type { JsonDocument } from '../state/json-document';
import type { JobsDocument, StoredRun } from './jobs-document';

/** Runs that ended and are more than these are forgotten, the oldest first; the platform forgets them after 60 days. */
const MOST_RUNS = 1000;

const ENDED = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'];

export function hasEnded({ state }: Pick<StoredRun, 'state'>): boolean {
  return ENDED.includes(state.lifeCycle);
}

/** All runs of the workspace, as the state folder keeps them. */
export class RunBook {
  constructor(private readonly document: JsonDocument<JobsDocument>) {}

  /** The newest last. */
  get all(): readonly StoredRun[] {
    return this.document.read().runs;
  }

  find(id: number): StoredRun | undefined {
    return this.all.find((run) => run.id === id);
  }

  /** The run one of whose tasks has this id. */
  withTask(id: number): StoredRun | undefined {
    return this.all.find(({ tasks }) => tasks.some((task) => task.id === id));
  }

  /** Of a job, those that have not ended, the oldest first. */
  activeOf(jobId: number): readonly StoredRun[] {
    return this.all.filter((run) => run.jobId === jobId && !hasEnded(run));
  }

  /** Adds a run; answers the ones that are forgotten for it. */
  async add(run: StoredRun): Promise<readonly StoredRun[]> {
    const runs = [...this.all, run];
    const surplus = new Set(runs.filter(hasEnded).slice(0, Math.max(0, runs.length - MOST_RUNS)));
    await this.save(runs.filter((each) => !surplus.has(each)));
    return [...surplus];
  }

  /** Nothing happens when the run is not there any more. */
  change(id: number, changed: (run: StoredRun) => StoredRun): Promise<void> {
    return this.save(this.all.map((run) => (run.id === id ? changed(run) : run)));
  }

  remove(id: number): Promise<void> {
    return this.save(this.all.filter((run) => run.id !== id));
  }

  private save(runs: readonly StoredRun[]): Promise<void> {
    return this.document.write({ ...this.document.read(), runs: [...runs] });
  }
}
