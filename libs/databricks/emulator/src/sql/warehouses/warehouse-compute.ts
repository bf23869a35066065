export type ComputeState = 'STOPPED' | 'STARTING' | 'RUNNING' | 'STOPPING';

export interface ComputeTimes {
  /** How long a cold start takes. */
  readonly startMilliseconds: number;
  readonly stopMilliseconds: number;
}

// What setTimeout can hold; longer than any local run.
const LONGEST_TIMER = 2 ** 31 - 1;

interface Session {
  /** The warehouse is being stopped under it. */
  interrupt(): void;
}

/**
 * What runs behind a warehouse. It starts when somebody asks or a statement comes, and stops when somebody asks or nothing
 * has run for a while. Like the platform's it never skips a state, and a start that comes while it stops is not lost.
 */
export class WarehouseCompute {
  private phase: ComputeState = 'STOPPED';
  private passing: Promise<void> = Promise.resolve();
  private startAgain = false;
  private idleTimer: NodeJS.Timeout | undefined;
  private readonly sessions = new Set<Session>();
  private closed = false;

  constructor(
    private readonly times: ComputeTimes,
    /** 0: never stops by itself. */
    private autoStopMilliseconds: number,
  ) {}

  get state(): ComputeState {
    return this.phase;
  }

  /** Statements that run or wait for the warehouse to start. */
  get activeSessions(): number {
    return this.sessions.size;
  }

  start(): void {
    if (this.closed) return;
    if (this.phase === 'STOPPED') this.pass('STARTING', this.times.startMilliseconds, 'RUNNING');
    else if (this.phase === 'STOPPING') this.startAgain = true;
  }

  /** Interrupts what runs. */
  stop(): void {
    this.startAgain = false;
    const interrupted = [...this.sessions];
    this.sessions.clear();
    for (const session of interrupted) session.interrupt();
    if (this.phase === 'RUNNING' || this.phase === 'STARTING') {
      this.pass('STOPPING', this.times.stopMilliseconds, 'STOPPED');
    }
  }

  stopAfter(autoStopMilliseconds: number): void {
    this.autoStopMilliseconds = autoStopMilliseconds;
    this.watchIdleness();
  }

  /**
   * A statement comes: starts the warehouse when it is cold and resolves once it runs. The answer is called when the statement
   * has ended. Rejects when the signal is aborted before.
   */
  async enter(signal: AbortSignal, interrupt: () => void): Promise<() => void> {
    const session = { interrupt };
    this.sessions.add(session);
    clearTimeout(this.idleTimer);
    const leave = (): void => {
      this.sessions.delete(session);
      this.watchIdleness();
    };
    const aborted = new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // Whoever waits hears of it; when nobody waits any more, there is nobody to tell.
    aborted.catch(() => undefined);
    try {
      while (this.state !== 'RUNNING') {
        if (this.closed) throw new Error('The workspace is being closed');
        this.start();
        await Promise.race([this.passing, aborted]);
        signal.throwIfAborted();
      }
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The workspace ends: nothing starts any more. */
  close(): void {
    this.closed = true;
    this.stop();
    clearTimeout(this.idleTimer);
  }

  private pass(through: ComputeState, milliseconds: number, to: ComputeState): void {
    clearTimeout(this.idleTimer);
    this.phase = through;
    const passing: Promise<void> = new Promise((resolve) => setTimeout(resolve, milliseconds).unref()).then(() => {
      // It was stopped, and perhaps started again, in the meantime.
      if (this.passing !== passing) return;
      this.phase = to;
      if (to === 'STOPPED' && this.startAgain) {
        this.startAgain = false;
        this.start();
      }
      this.watchIdleness();
    });
    this.passing = passing;
  }

  private watchIdleness(): void {
    clearTimeout(this.idleTimer);
    if (this.phase !== 'RUNNING' || this.sessions.size > 0 || this.autoStopMilliseconds <= 0) return;
    this.idleTimer = setTimeout(() => this.stop(), Math.min(this.autoStopMilliseconds, LONGEST_TIMER)).unref();
  }
}
