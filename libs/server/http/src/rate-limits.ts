import { HttpConfig } from '@lakescope/server-config';
import { Inject, Injectable } from '@nestjs/common';
import { TokenBuckets } from './token-buckets';
import { TooManyRequests } from './request.errors';

/** So many seconds' worth of requests may come at once: a page asks for a dozen things when it opens, a script for hundreds. */
const BURST_SECONDS = 4;
/** Behind the platform's proxy everybody without an identity comes from one address. */
const STRANGERS_SHARE = 5;

/**
 * How often one person may ask, and how often people without an identity may. Only what asks without end notices: a bucket holds four
 * seconds of requests and fills up again at `LAKESCOPE_REQUESTS_PER_SECOND`.
 */
@Injectable()
export class RateLimits {
  private readonly users: TokenBuckets;
  private readonly strangers: TokenBuckets;

  constructor(@Inject(HttpConfig) { requestsPerSecond }: HttpConfig) {
    this.users = new TokenBuckets(requestsPerSecond, BURST_SECONDS);
    this.strangers = new TokenBuckets(requestsPerSecond * STRANGERS_SHARE, BURST_SECONDS);
  }

  /** A request of this person. Throws when there were too many. */
  takeForUser(userId: string): void {
    refuseFor(this.users.take(userId, performance.now()));
  }

  /** A request of nobody known, from this address. Throws when there were too many. */
  takeForStranger(address: string): void {
    refuseFor(this.strangers.take(address, performance.now()));
  }

  /** The request turned out to be somebody's after all. */
  giveBackToStranger(address: string): void {
    this.strangers.giveBack(address, performance.now());
  }
}

function refuseFor(waitMs: number): void {
  if (waitMs > 0) throw new TooManyRequests(Math.ceil(waitMs / 1000));
}
