/** Who wrote a line: the app's process on its standard output or error, or the platform about it. */
export type AppLogSource = 'APP' | 'SYSTEM';

/** A line as `/logz/stream` of the platform tells it. */
export interface AppLogLine {
  readonly source: AppLogSource;
  /** Seconds since 1970, with a fraction. Never smaller than the one of the line before. */
  readonly timestamp: number;
  readonly message: string;
}

export interface AppLogLimits {
  /** Bytes of all lines that are kept; the oldest go first. */
  readonly totalBytes: number;
  /** Bytes of one message; what is longer is cut. */
  readonly lineBytes: number;
}

/** What the platform keeps is not documented; this is some ten thousand lines. */
export const APP_LOG_LIMITS: AppLogLimits = { totalBytes: 2_000_000, lineBytes: 64 * 1024 };

/** What a line costs beside its message, so that empty ones cannot grow without end. */
const LINE_OVERHEAD_BYTES = 100;

type Listener = (line: AppLogLine) => void;

/** The newest lines of an app, bounded in bytes, and whoever wants the next ones. It lives in memory only. */
export class AppLog {
  private readonly kept: { readonly line: AppLogLine; readonly bytes: number }[] = [];
  private readonly listeners = new Set<Listener>();
  private bytes = 0;
  private gone = 0;
  private last = 0;

  constructor(
    private readonly limits: AppLogLimits = APP_LOG_LIMITS,
    private readonly now: () => number = Date.now,
  ) {}

  /** A line, with or without its end. Listeners hear of it before this returns. */
  write(source: AppLogSource, message: string): void {
    // A clock that was put back must not make a reader that goes on by time miss what is new.
    this.last = Math.max(this.last, this.now() / 1000);
    const line = { source, timestamp: this.last, message: this.cut(message.replace(/\r?\n$/, '')) };
    const bytes = Buffer.byteLength(line.message) + LINE_OVERHEAD_BYTES;
    this.kept.push({ line, bytes });
    this.bytes += bytes;
    while (this.bytes > this.limits.totalBytes && this.kept.length > 1) {
      this.bytes -= this.kept.shift()?.bytes ?? 0;
      this.gone += 1;
    }
    for (const listener of this.listeners) listener(line);
  }

  /** What is kept, oldest first. */
  lines(): readonly AppLogLine[] {
    return this.kept.map(({ line }) => line);
  }

  /** Position of the oldest line that is kept: how many have gone. */
  get begin(): number {
    return this.gone;
  }

  /** Position of the line that comes next: how many there ever were. */
  get end(): number {
    return this.gone + this.kept.length;
  }

  /** For readers that go at their own pace; undefined when it is gone, or not written yet. */
  at(position: number): AppLogLine | undefined {
    return this.kept[position - this.gone]?.line;
  }

  /** Answers how to end it. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private cut(message: string): string {
    const { lineBytes } = this.limits;
    const bytes = Buffer.byteLength(message);
    if (bytes <= lineBytes) return message;
    // `stream` leaves a letter out that would be cut in two.
    const start = new TextDecoder().decode(Buffer.from(message).subarray(0, lineBytes), { stream: true });
    return `${start} [${bytes - Buffer.byteLength(start)} bytes left out]`;
  }
}

/** The logs of all apps of a workspace, by their names. */
export class AppLogs {
  private readonly logs = new Map<string, AppLog>();

  /** The log of an app, made when it is first asked for. */
  of(appName: string): AppLog {
    const log = this.logs.get(appName) ?? new AppLog();
    this.logs.set(appName, log);
    return log;
  }

  /** For an app that is deleted: one that comes after it with the same name begins with an empty log. */
  drop(appName: string): void {
    this.logs.delete(appName);
  }
}
