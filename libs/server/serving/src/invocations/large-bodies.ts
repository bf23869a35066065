import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ServingLimits } from '../limits';
import { TooManyLargeBodies } from '../serving.errors';

interface Waiting {
  readonly userId: string;
  /** It has its place. */
  readonly enter: () => void;
}

/**
 * Places for large bodies, since each of them is in memory from its first byte to the answer. A person has only a part of them, so that whoever
 * sends slowly, or asks slow models, is in nobody else's way; and nobody waits for a place for long.
 */
@Injectable()
export class LargeBodies {
  private readonly inside = new Map<string, number>();
  private readonly waiting: Waiting[] = [];
  private free: number;

  constructor(private readonly limits: ServingLimits) {
    this.free = limits.largeBodies;
  }

  /** Small ones need no place. Rejects as the work does, with the reason of a signal that came before its turn, or with TooManyLargeBodies. */
  use<T>({ userId }: UserCaller, sizeBytes: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return sizeBytes <= this.limits.largeBodyBytes ? work() : this.inPlace(userId, work, signal);
  }

  private async inPlace<T>(userId: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.enter(userId, signal);
    try {
      return await work();
    } finally {
      this.leave(userId);
    }
  }

  private async enter(userId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.isRoomFor(userId)) return this.take(userId);
    await new Promise<void>((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        ended();
        this.waiting.splice(this.waiting.indexOf(turn), 1);
        reject(reason instanceof Error ? reason : new Error('The client has left'));
      };
      const tooLong = (): void => giveUp(this.refusalOf(userId));
      const left = (): void => giveUp(signal.reason);
      const timer = setTimeout(tooLong, this.limits.largeBodyWaitMs);
      const ended = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', left);
      };
      const turn = {
        userId,
        enter: (): void => {
          ended();
          this.take(userId);
          resolve();
        },
      };
      signal.addEventListener('abort', left, { once: true });
      this.waiting.push(turn);
    });
  }

  private isRoomFor(userId: string): boolean {
    return this.free > 0 && (this.inside.get(userId) ?? 0) < this.limits.largeBodiesPerPerson;
  }

  private take(userId: string): void {
    this.free--;
    this.inside.set(userId, (this.inside.get(userId) ?? 0) + 1);
  }

  /** The place goes to the first in line who may have one more. */
  private leave(userId: string): void {
    this.free++;
    const left = (this.inside.get(userId) ?? 1) - 1;
    if (left === 0) this.inside.delete(userId);
    else this.inside.set(userId, left);
    const next = this.waiting.findIndex((turn) => this.isRoomFor(turn.userId));
    if (next >= 0) this.waiting.splice(next, 1)[0]?.enter();
  }

  private refusalOf(userId: string): TooManyLargeBodies {
    const { largeBodiesPerPerson, largeBodyBytes, largeBodyWaitMs } = this.limits;
    const own = this.inside.get(userId) ?? 0;
    const whose = own >= largeBodiesPerPerson ? 'yours' : 'everybody';
    return new TooManyLargeBodies(whose, own, largeBodyBytes, Math.ceil(largeBodyWaitMs / 1000));
  }
}
