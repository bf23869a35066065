const MIB = 1024 * 1024;

/** Every number of the history in one place; an injection token, so that a test may shorten a time. */
export class HistoryLimits {
  /** Invocations that are answered later and under way at once, for each person. */
  readonly asyncPerUser: number = 5;
  /** And for each process, which holds their inputs and answers in memory; more wait for their turn. */
  readonly asyncAtOnce: number = 50;
  readonly asyncBytes: number = 256 * MIB;
  /** Answers of models, and inputs of those that answer later, that a process holds in memory at once, in all. */
  readonly heldBytes: number = 512 * MIB;
  /** And for one person. */
  readonly heldBytesPerPerson: number = 256 * MIB;
  /** Who works on an invocation says so this often. */
  readonly signEveryMs: number = 5_000;
  /** After this long without a word nobody works on it any more. */
  readonly silentMs: number = 20_000;
  /** An outcome that cannot be written down is tried again after these waits; the last one repeats. */
  readonly outcomeRetryMs: readonly number[] = [500, 1_000, 2_000, 5_000];
  /** So long an outcome is held for a database that is away. */
  readonly outcomeHeldMs: number = 120_000;
  /** What was cut off of inputs and answers is kept for so long, when they were answered later. */
  readonly wholeHours: number = 24;
  /** Rows wait this long for others, to be written with them. */
  readonly lingerMs: number = 250;
  /** What may wait for a database that is away; the oldest are lost first. */
  readonly waitingRows: number = 1_000;
  readonly waitingBytes: number = 16 * MIB;
  /** Written at once. */
  readonly batchRows: number = 200;
  readonly batchBytes: number = 2 * MIB;
  /** Waits before a database that was away is asked again; the last one repeats. */
  readonly awayMs: readonly number[] = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
  /** Who looks at the history waits so long for rows that are on their way into it. */
  readonly settledMs: number = 1_000;
  /** What a list shows of each payload, in characters; the whole is shown one by one. */
  readonly listedCharacters: number = 4_096;

  constructor(overrides: Partial<HistoryLimits> = {}) {
    Object.assign(this, overrides);
  }
}
