import { setTimeout as delay } from 'node:timers/promises';
import { asDeltaError, failureOf, type S3Failure } from './s3-failures';

const MAX_TRIES = 5;
const LONGEST_PAUSE_MS = 5_000;

export interface S3Call {
  /** For messages: `s3://bucket/key`. */
  path: string;
  /** The right the call needs, for messages: `s3:GetObject`. */
  right: string;
  signal: AbortSignal | undefined;
}

/**
 * Tries a call again where that can help: after a pause when the store is busy or not there, with fresh credentials when they have expired,
 * with a corrected clock when the signature was too old. Each bounded, and then a named error.
 */
export class S3Attempts {
  constructor(
    private readonly firstPauseMs: number,
    private readonly refreshCredentials: () => Promise<unknown>,
  ) {}

  /**
   * `takeOver` may answer a failure that means something to the call itself; `hasProgressed` says that a failed try got so far that it
   * should not count.
   */
  async run<T>(
    call: S3Call,
    attempt: () => Promise<T>,
    {
      takeOver = async () => undefined,
      hasProgressed = () => false,
    }: {
      takeOver?: (failure: S3Failure, thrown: unknown) => Promise<{ answer: T } | 'again' | undefined>;
      hasProgressed?: () => boolean;
    } = {},
  ): Promise<T> {
    const done = { refreshed: false, signedAgain: false };
    let tries = 0;
    for (;;) {
      call.signal?.throwIfAborted();
      try {
        return await attempt();
      } catch (thrown) {
        call.signal?.throwIfAborted();
        const failure = failureOf(thrown);
        const own = await takeOver(failure, thrown);
        if (own !== undefined && own !== 'again') return own.answer;
        if (await this.hasNewCredentials(failure, done)) continue;
        tries = hasProgressed() ? 1 : tries + 1;
        const mayPass = own === 'again' || failure.kind === 'throttled' || failure.kind === 'unavailable';
        if (!mayPass || tries >= MAX_TRIES) throw asDeltaError(thrown, failure, call.path, call.right);
        await delay(this.pause(tries), undefined, { signal: call.signal });
      }
    }
  }

  /** Once each: the client corrects its clock by the answer it got, a provider of credentials is asked again. */
  private async hasNewCredentials(
    failure: S3Failure,
    done: { refreshed: boolean; signedAgain: boolean },
  ): Promise<boolean> {
    if (failure.kind !== 'credentials') return false;
    if (failure.fault === 'SIGNATURE' || failure.fault === 'CLOCK') {
      if (done.signedAgain) return false;
      done.signedAgain = true;
      return true;
    }
    if (done.refreshed || failure.fault === 'NONE') return false;
    done.refreshed = true;
    await this.refreshCredentials();
    return true;
  }

  /** Twice as long each time, with chance in it so that many who were refused do not come back together. */
  private pause(tries: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, this.firstPauseMs * 2 ** (tries - 1));
    return longest / 2 + Math.random() * (longest / 2);
  }
}
