/** Every number of the metrics collection; tests make them smaller. */
export class CollectionLimits {
  /** Samples that are kept for a database that is away: 10 minutes of 437 requests a second. */
  ringSamples = 2 ** 18;
  /** So many at most are folded at once when the ring is full. */
  foldSamples = 1_024;
  /** Bytes of all sketches that wait for the database, and of what stands beside them; beyond them the oldest are dropped, and counted. */
  overflowBytes = 32 * 2 ** 20;
  /** Sketches of one statement. */
  overflowRows = 100;

  /** Samples are stored when the oldest is so old, */
  flushEveryMs = 1_000;
  /** or when so many wait; also the most of one statement, which keeps the event loop free. */
  flushSamples = 1_000;
  /** The most of one statement once nobody waits for the event loop any more. */
  drainSamples = 5_000;
  /** A database that has come back is not met with everything at once. */
  recoverySamplesPerSecond = 20_000;
  /** After so long without a request the books say that nothing is on its way. */
  quietAfterMs = 5_000;

  /** Waits after a failure: the first, doubled up to the longest, by chance up to half as short. */
  retryMs = 200;
  longestRetryMs = 10_000;
  /** When nothing was stored for so long although there is something, the collection counts as degraded. */
  degradedAfterMs = 10_000;

  /** Storing what is left when the last request has ended, even where the requests took all their time; */
  drainMs = 5_500;
  /** where they did not, it may take so long after the process was told to stop, up to a second of which is over when it hears of it. */
  stopMs = 9_500;
  /** Attempts in a row that fail before that is given up. */
  drainAttempts = 3;

  /** Different pairs of endpoint and method; more of them count as one. */
  series = 500;
  users = 50_000;
  /** Raw metrics are kept so long; what is older is not taken. */
  rawDays = 7;

  constructor(numbers: Partial<CollectionLimits> = {}) {
    Object.assign(this, numbers);
  }
}
