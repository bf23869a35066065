import { Injectable } from '@nestjs/common';

/** Tells whoever works on the queue, in this process, that there is something to look at. */
@Injectable()
export class QueueBell {
  private listener: (() => void) | undefined;

  onRing(listener: () => void): void {
    this.listener = listener;
  }

  ring(): void {
    this.listener?.();
  }
}
