/** One call's time: its deadline and the caller's own signal joined into one, and who of the two ended it. */
export class CallClock {
  private readonly controller = new AbortController();
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private endedBy: 'caller' | 'deadline' | undefined;
  private stopped = false;
  private readonly onCallerAbort = (): void => this.end('caller');

  constructor(
    deadlineMs: number,
    private readonly caller: AbortSignal | undefined,
  ) {
    this.timer = setTimeout(() => this.end('deadline'), deadlineMs);
    if (caller?.aborted === true) this.end('caller');
    caller?.addEventListener('abort', this.onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
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
    this.controller.abort();
  }
}
