import { Injectable } from '@nestjs/common';

const MOST_ANSWERS = 200;

interface Kept {
  readonly answer: Promise<unknown>;
  /** Infinite while it is still being made. */
  freshUntil: number;
}

/**
 * Answers by what was asked; who asks the same while one is being made, or shortly after, gets that one. Only for questions whose answer
 * does not depend on who asks, and after it was decided that they may.
 */
@Injectable()
export class AnswerCache {
  /** An answer is given again for so long: many open dashboards ask the database as often as one. Tests change it. */
  freshMs = 5_000;
  private readonly kept = new Map<string, Kept>();

  answer<T>(question: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(question);
    if (known !== undefined && known.freshUntil > performance.now()) return known.answer as Promise<T>;
    this.makeRoom();
    const answer = make();
    const kept: Kept = { answer, freshUntil: Infinity };
    this.kept.delete(question);
    this.kept.set(question, kept);
    answer.then(
      () => (kept.freshUntil = performance.now() + this.freshMs),
      // A failure is told to those who wait for it, and to nobody after them.
      () => this.kept.get(question) === kept && this.kept.delete(question),
    );
    return answer;
  }

  private makeRoom(): void {
    const now = performance.now();
    for (const [question, { freshUntil }] of this.kept) if (freshUntil <= now) this.kept.delete(question);
    for (const [question] of this.kept) {
      if (this.kept.size < MOST_ANSWERS) return;
      this.kept.delete(question);
    }
  }
}
