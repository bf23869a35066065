import { LONGEST_TIMER } from '../processes/long-timer';
import type { StoredJob } from './jobs-document';
import type { QuartzSchedule } from './quartz-schedule';

/** Starts what is due. Times that pass while the workspace is down, or the machine sleeps, are not made up for, as on the platform. */
export class Schedules {
  private readonly timers = new Map<number, NodeJS.Timeout>();

  constructor(
    private readonly scheduleOf: (jobId: number) => QuartzSchedule | undefined,
    private readonly due: (jobId: number) => void,
  ) {}

  /** Whatever was set for the job before: this is its schedule now. */
  set({ id }: Pick<StoredJob, 'id'>): void {
    this.drop(id);
    this.wait(id, Date.now());
  }

  drop(jobId: number): void {
    clearTimeout(this.timers.get(jobId));
    this.timers.delete(jobId);
  }

  close(): void {
    for (const jobId of this.timers.keys()) this.drop(jobId);
  }

  private wait(jobId: number, from: number): void {
    const schedule = this.scheduleOf(jobId);
    if (schedule === undefined || schedule.isPaused) return;
    const next = schedule.after(new Date(from));
    if (next === undefined) return;
    const left = Math.max(0, next.getTime() - Date.now());
    const timer = setTimeout(
      () => {
        // A timer may come a little early, and a long wait takes several.
        if (Date.now() < next.getTime()) return this.wait(jobId, from);
        this.due(jobId);
        // The machine may have slept since.
        this.wait(jobId, Math.max(next.getTime(), Date.now()));
      },
      Math.min(left, LONGEST_TIMER),
    );
    this.timers.set(jobId, timer);
  }
}
