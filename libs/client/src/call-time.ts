/** The time of one call: ends when the caller aborts, or when the deadline has passed. */
export class CallTime {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly endsAt: number;

  constructor(deadlineMs: number, caller: AbortSignal | undefined) {
    caller?.throwIfAborted();
    this.signal = caller === undefined ? this.controller.signal : AbortSignal.any([caller, this.controller.signal]);
    this.endsAt = performance.now() + deadlineMs;
    const late = (): void =>
      this.controller.abort(new DOMException(`No answer within ${deadlineMs} ms`, 'TimeoutError'));
    this.timer = setTimeout(late, Math.min(deadlineMs, 2 ** 31 - 1));
  }

  get remainingMs(): number {
    return this.endsAt - performance.now();
  }

  /** From here on only the caller ends it. */
  end(): void {
    clearTimeout(this.timer);
  }
}

/** Rejects with the signal's reason when it aborts first. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, promise: Promise<T> | T): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Waits; rejects with the signal's reason when it aborts first. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  try {
    await unlessAborted(signal, passed);
  } finally {
    clearTimeout(timer);
  }
}
