import { Injectable } from '@nestjs/common';

export type Phase = 'starting' | 'migrating' | 'ready' | 'stopping';

/** How far the server has come: read by /health and /ready, moved by whoever does the work. */
@Injectable()
export class Lifecycle {
  #phase: Phase = 'starting';
  #reason: string | undefined;

  get phase(): Phase {
    return this.#phase;
  }

  /** Why it is not ready yet, in words that are safe to show. */
  get reason(): string | undefined {
    return this.#reason;
  }

  moveTo(phase: Phase, reason?: string): void {
    // Stopping is final: a migration that ends meanwhile must not announce a server that is going away.
    if (this.#phase === 'stopping') return;
    this.#phase = phase;
    this.#reason = reason;
  }
}
