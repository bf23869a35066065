/** What a call is waiting for. */
interface Waiting {
  abort(reason: Error): void;
}

/** One call's time: its deadline and the caller's own signal joined into one, and who of the two ended it. */
export class CallClock {
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private endedBy: 'caller' | 'deadline' | undefined;
  private stopped = false;
  private waiting: Waiting | undefined;
  private readonly onCallerAbort = (): void => this.end('caller');

  constructor(
    deadlineMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.timer = setTimeout(() => this.end('deadline'), deadlineMs);
    if (caller?.aborted === true) this.end('caller');
    caller?.addEventListener('abort', this.onCallerAbort, { once: true });
  }

  /** From now on this is what ends with the call's time, at once if that is over already. */
  ends(waiting: Waiting): void {
    this.waiting = waiting;
    if (this.endedBy !== undefined) waiting.abort(endOf(this.endedBy));
  }

  /** Resolves after this time, or with false as soon as the call's time is over. */
  passes(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), milliseconds);
      this.ends({
        abort: () => {
          clearTimeout(timer);
          resolve(false);
        },
      });
    });
  }

  abortedBy(): 'caller' | 'deadline' | undefined {
    return this.endedBy;
  }

  elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Something is moving: the deadline counts anew. */
  progressed(): void {
    // Refreshing a timer that was cleared would set it again.
    if (!this.stopped) this.timer.refresh();
  }

  stopDeadline(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  stop(): void {
    this.stopDeadline();
    this.caller?.removeEventListener('abort', this.onCallerAbort);
  }

  private end(by: 'caller' | 'deadline'): void {
    this.endedBy ??= by;
    this.waiting?.abort(endOf(this.endedBy));
  }
}

function endOf(by: 'caller' | 'deadline'): Error {
  return new DOMException(by === 'caller' ? 'The caller has left' : 'The deadline has passed', 'AbortError');
}
