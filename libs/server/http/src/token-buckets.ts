interface Bucket {
  tokens: number;
  /** When it was last filled, in milliseconds of `performance.now()`. */
  at: number;
}

/** More keys than this are an attack; the fullest buckets are those that are forgotten then. */
const MOST_KEYS = 20_000;

/**
 * A bucket of tokens for each key, filled at a steady rate. Who has not asked for as long as a bucket takes to fill is forgotten, which
 * nobody can tell from a full bucket: so memory is bounded without any timer.
 */
export class TokenBuckets {
  private readonly capacity: number;
  private readonly fillMs: number;
  private present = new Map<string, Bucket>();
  private past = new Map<string, Bucket>();
  private turnAt = 0;

  constructor(
    private readonly perSecond: number,
    burstSeconds: number,
    private readonly mostKeys = MOST_KEYS,
  ) {
    this.capacity = perSecond * burstSeconds;
    this.fillMs = burstSeconds * 1000;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.present.size + this.past.size;
  }

  /** Takes a token: 0, or the milliseconds until there is one again. */
  take(key: string, now: number): number {
    const bucket = this.bucketOf(key, now);
    if (bucket.tokens < 1) return ((1 - bucket.tokens) / this.perSecond) * 1000;
    bucket.tokens -= 1;
    return 0;
  }

  giveBack(key: string, now: number): void {
    const bucket = this.bucketOf(key, now);
    bucket.tokens = Math.min(this.capacity, bucket.tokens + 1);
  }

  private bucketOf(key: string, now: number): Bucket {
    if (now >= this.turnAt || this.present.size >= this.mostKeys / 2) this.turn(now);
    const bucket =
      this.present.get(key) ?? this.remember(key, this.past.get(key) ?? { tokens: this.capacity, at: now });
    bucket.tokens = Math.min(this.capacity, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    return bucket;
  }

  private remember(key: string, bucket: Bucket): Bucket {
    this.present.set(key, bucket);
    return bucket;
  }

  /** What was asked for since the last turn is kept for one more; what was not has filled up meanwhile. */
  private turn(now: number): void {
    this.past = this.present;
    this.present = new Map();
    this.turnAt = now + this.fillMs;
  }
}
