/** Every number of queries in one place; an injection token, so that a test may shorten a wait. */
export class QueryLimits {
  /** Under way at once, for each person. */
  readonly perUser: number = 5;
  /** Nobody has asked about a query that runs for so long: it is canceled, because it costs money. */
  readonly abandonedMs: number = 30_000;
  /** How exactly it is known when somebody last asked: not every poll is a write. */
  readonly pollNotedMs: number = 1_000;
  /** How often a person's requests look for queries that nobody asks about any more. */
  readonly sweptEveryMs: number = 5_000;
  /** A statement that was handed over and whose id nobody noted by then never will be. */
  readonly claimMs: number = 60_000;
  /** Waits between two looks at a statement that somebody waits for; the last one repeats. */
  readonly pollMs: readonly number[] = [5, 5, 5, 10, 10, 15, 25, 40, 80, 160, 320, 640, 1_000];
  /** History is kept for so long, and so many queries of each person. */
  readonly keptDays: number = 30;
  readonly keptQueries: number = 1_000;
  /** What is handed over as one answer instead of a file in a volume. */
  readonly contentBytes: number = 16 * 1024 * 1024;

  constructor(
    overrides: Partial<
      Pick<QueryLimits, 'abandonedMs' | 'perUser' | 'pollNotedMs' | 'sweptEveryMs' | 'contentBytes'>
    > = {},
  ) {
    Object.assign(this, overrides);
  }
}
