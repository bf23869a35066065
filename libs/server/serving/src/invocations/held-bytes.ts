import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { HistoryLimits } from '../history/history-limits';
import { TooMuchHeld } from '../serving.errors';

/**
 * What is held in memory for people and their models: answers from their first byte until they are with whoever asked or in the database,
 * and inputs of models that answer later. One budget for all of it, of which a person has a part.
 */
@Injectable()
export class HeldBytes {
  private readonly ofPeople = new Map<string, number>();
  private all = 0;

  constructor(private readonly limits: HistoryLimits) {}

  /** Nothing is held yet. */
  begin({ userId }: UserCaller): Holding {
    return new Holding((bytes) => this.take(userId, bytes));
  }

  /** Gives bytes back when there are less than none. Answers why there is no room. */
  private take(userId: string, bytes: number): TooMuchHeld | undefined {
    const { heldBytes, heldBytesPerPerson } = this.limits;
    const own = (this.ofPeople.get(userId) ?? 0) + bytes;
    if (bytes > 0 && own > heldBytesPerPerson) return new TooMuchHeld('yours', heldBytesPerPerson);
    if (bytes > 0 && this.all + bytes > heldBytes) return new TooMuchHeld('everybody', heldBytes);
    this.all += bytes;
    if (own === 0) this.ofPeople.delete(userId);
    else this.ofPeople.set(userId, own);
    return undefined;
  }
}

/** The bytes that one invocation holds. Whoever began it releases it. */
export class Holding {
  private held = 0;
  private why: TooMuchHeld | undefined;

  constructor(private readonly budget: (bytes: number) => TooMuchHeld | undefined) {}

  get bytes(): number {
    return this.held;
  }

  /** Why the last bytes found no room; undefined when all did. */
  get refusal(): TooMuchHeld | undefined {
    return this.why;
  }

  /** Whether there is room for so many more bytes; they are held then. */
  admit(bytes: number): boolean {
    this.why = this.budget(bytes);
    if (this.why !== undefined) return false;
    this.held += bytes;
    return true;
  }

  /** Throws TooMuchHeld. */
  take(bytes: number): void {
    if (!this.admit(bytes) && this.why !== undefined) throw this.why;
  }

  /** A second time does no harm. */
  release(): void {
    if (this.held > 0) this.budget(-this.held);
    this.held = 0;
  }
}
