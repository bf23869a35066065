import { Database, failureReason } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';

/** Somebody who waits for news of a job. */
interface Watcher {
  readonly jobId: string;
  /** Of the job's row when its events were read: every change of a job changes it. */
  readonly version: string | undefined;
  readonly wake: () => void;
  readonly refuse: () => void;
}

/**
 * Tells the readers of streams that something is new about their jobs. All of them together cost one small question to the database every
 * half a second, and none while nobody reads; what this process has written itself is told at once.
 */
@Injectable()
export class JobFeed implements OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly watchers = new Set<Watcher>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private isClosing = false;
  private complaint: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly limits: JobsLimits,
  ) {}

  /** Something was written about the job here. */
  tell(jobId: string): void {
    for (const watcher of [...this.watchers]) if (watcher.jobId === jobId) watcher.wake();
  }

  /** Resolves when the job's row is not of this version any more, or soon; rejects when the signal fires, and when the process ends. */
  untilChanged(jobId: string, version: string | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.watchers.delete(watcher);
        signal.removeEventListener('abort', refuse);
        if (this.watchers.size === 0) this.rest();
      };
      const refuse = (): void => {
        leave();
        reject(new Error('The stream has ended', { cause: signal.reason }));
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const watcher = { jobId, version, wake, refuse };
      if (signal.aborted || this.isClosing) return refuse();
      signal.addEventListener('abort', refuse, { once: true });
      this.watchers.add(watcher);
      this.timer ??= setInterval(() => void this.look(), this.limits.feedMs).unref();
    });
  }

  /** Streams end here between two events, and their readers go on with another replica, or with this one when it is back. */
  onModuleDestroy(): void {
    this.isClosing = true;
    this.rest();
    for (const watcher of [...this.watchers]) watcher.refuse();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Never rejects: the next look is soon, and readers find out by themselves that the database is away. */
  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const jobIds = [...new Set([...this.watchers].map(({ jobId }) => jobId))];
      const rows = (await this.database.asSystem(
        (tx) =>
          tx.query('SELECT job_id, xmin::text AS version FROM ingestion_jobs WHERE job_id = ANY ($1::uuid[])', [
            jobIds,
          ]),
        { repeat: 'read' },
      )) as { job_id: string; version: string }[];
      const versions = new Map(rows.map(({ job_id, version }) => [job_id, version]));
      for (const watcher of [...this.watchers]) {
        // Whoever came after the question was sent waits for the next one.
        if (jobIds.includes(watcher.jobId) && versions.get(watcher.jobId) !== watcher.version) watcher.wake();
      }
      this.complaint = undefined;
    } catch (error) {
      const reason = failureReason(error);
      if (reason !== this.complaint) this.logger.warn(`News of jobs cannot be looked for: ${reason}`);
      this.complaint = reason;
      for (const watcher of [...this.watchers]) watcher.wake();
    } finally {
      this.isLooking = false;
    }
  }
}
