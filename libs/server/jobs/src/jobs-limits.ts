/** Every number of ingestion jobs in one place; an injection token, so that a test may shorten a time. */
export class JobsLimits {
  /** Runs of one person that wait or are under way. */
  readonly activePerUser: number = 50;
  /** Names and globs in one list of a request. */
  readonly patterns: number = 1_000;
  readonly resets: number = 1_000;
  /** Plans at once in one process, each in a thread of its own; more wait for their turn. */
  readonly plansAtOnce: number = 2;
  /** People whom one connection is granted to. */
  readonly granteesPerConnection: number = 100;
  /** Of one person. */
  readonly schedulesPerUser: number = 50;
  /** Failures in a row after which a schedule is paused. */
  readonly scheduleFailures: number = 5;
  /** Schedules that are dealt with at once in one process. */
  readonly ticksAtOnce: number = 8;
  /** A source that does not say by then whether anything is new is asked by the job itself. */
  readonly gateMs: number = 5_000;
  /** A schedule that is due is noticed by then. */
  readonly tickMs: number = 1_000;

  /** Thresholds of freshness of one person. */
  readonly thresholds: number = 5_000;
  /** Sources of one target that are looked at by one request. */
  readonly feedsAtOnce: number = 10;
  /** Manifests that are read at once in one process, each in a thread of its own; more wait for their turn. */
  readonly manifestsAtOnce: number = 2;
  /** Manifests that are read or wait for it, in one process; whoever asks for more is told to come again. */
  readonly looksAtOnce: number = 20;
  /** For reading one. */
  readonly manifestMs: number = 30_000;

  /** While a run waits for room, the queue is looked at this often. */
  readonly lookMs: number = 1_000;
  /** While runs are under way, here or elsewhere, and none waits: whoever works on one may fall silent. */
  readonly lookAtOthersMs: number = 5_000;
  /**
   * While nothing is known to wait, and only if the database is awake anyway. Longer than an idle connection is kept, so that looking
   * does not keep the database awake.
   */
  readonly lookIdleMs: number = 60_000;
  /** After looks in a row that failed, because the database is away or there is none; the last one repeats. */
  readonly lookAwayMs: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
  /** A run that nobody has given a sign of life for is taken up by somebody else. */
  readonly silentMs: number = 20_000;
  /** A run that takes the server down each time is given up. */
  readonly attempts: number = 5;

  /** What happened is written down this often. */
  readonly flushMs: number = 400;
  /** Also with nothing to tell: the sign of life, and the question whether somebody has cancelled. */
  readonly signMs: number = 1_000;
  /** Waits before the database that was away is asked again; the last one repeats. */
  readonly awayMs: readonly number[] = [250, 500, 1_000, 2_000, 5_000];
  /** Folders that wait to be written down before the engine is told to wait. */
  readonly pendingFolders: number = 2_000;
  /** A run that was told to stop and has not done so by then is ended from outside; nothing of it is half-done. */
  readonly stopMs: number = 30_000;
  /** The same where the whole process ends. */
  readonly closingMs: number = 5_000;
  /** Of the JavaScript heap of one run. */
  readonly heapMegabytes: number = 512;

  /** News of jobs that somebody follows are looked for this often. */
  readonly feedMs: number = 500;

  /** Events of one job; a reader that comes with an older id gets the present state and goes on. */
  readonly jobEvents: number = 500;
  /** Lines of the log of one run; warnings and errors may fill the last tenth alone. */
  readonly logLines: number = 20_000;
  /** Old rows that are deleted by one statement at most, so that none takes long. */
  readonly retentionRows: number = 5_000;
  readonly logDays: number = 30;
  readonly jobDays: number = 365;
  /** A manifest that no run has found unchanged for so long is looked at whole once more. */
  readonly manifestDays: number = 90;

  constructor(overrides: Partial<JobsLimits> = {}) {
    Object.assign(this, overrides);
  }
}
