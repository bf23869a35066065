import { Injectable } from '@nestjs/common';

/** Tells whoever works on the queue, in this process, that there is something to look at. */
@Injectable()
export class QueueBell {
  private listener: (() => void) | undefined;
  private afterLook: (() => void) | undefined;

  onRing(listener: () => void): void {
    this.listener = listener;
  }

  ring(): void {
    this.listener?.();
  }

  /** For what is to be looked at together with the queue, so that the database is not kept awake by looks that come in turns. */
  onLooked(listener: () => void): void {
    this.afterLook = listener;
  }

  looked(): void {
    this.afterLook?.();
  }
}
