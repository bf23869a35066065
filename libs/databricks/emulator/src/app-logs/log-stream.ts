import type { RawData, WebSocket } from 'ws';
import type { AppLog, AppLogLine } from './app-log';
import type { LogVerdict } from './log-reader';

export interface LogStreamLimits {
  /** How often somebody who reads is checked anew and, when there was nothing to tell, hears that the line is open. */
  readonly beatMilliseconds: number;
  /** More than this never waits for a slow reader; the log itself holds the rest, as long as it is kept. */
  readonly bufferedBytes: number;
}

/** How often the platform says that the line is open is not documented. */
export const LOG_STREAM_LIMITS: LogStreamLimits = { beatMilliseconds: 10_000, bufferedBytes: 256 * 1024 };

/** Close codes of the platform; clients get a new token for both. */
export const CLOSE_CODES = { unauthorized: 4401, forbidden: 4403 } as const;
const REASONS = {
  unauthorized: 'An OAuth access token that is valid now is needed; personal access tokens are not taken.',
  forbidden: 'CAN_MANAGE on the app is needed to read its log.',
} as const;
const UNSUPPORTED_DATA = 1003;
const INTERNAL_ERROR = 1011;
/** Says that the line is open, and that there is nothing to tell. */
const KEEP_ALIVE = '\0';

export interface LogStreamParts {
  readonly socket: WebSocket;
  readonly log: AppLog;
  readonly verdict: () => Promise<LogVerdict>;
  readonly limits: LogStreamLimits;
}

/**
 * One reader of a log: says nothing before the first text frame, which is what to search for (letters of either case;
 * empty: everything), then tells what is kept and what comes. Every reader goes at its own pace; one that falls so far
 * behind that lines are gone is told how many.
 */
export class LogStream {
  private term: string | undefined;
  private position = 0;
  private missed = 0;
  private quiet = true;
  private allowed = false;
  private beat: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;

  constructor(private readonly parts: LogStreamParts) {}

  async open(): Promise<void> {
    const { socket, limits } = this.parts;
    socket.on('message', (data, isBinary) => this.hear(data, isBinary));
    socket.once('close', () => this.end());
    // A frame that breaks the protocol: `ws` closes with the code for it, and 'close' follows.
    socket.on('error', () => this.end());
    this.beat = setInterval(() => void this.check().then(() => this.stayOpen()), limits.beatMilliseconds);
    await this.check();
    this.start();
  }

  private hear(data: RawData, isBinary: boolean): void {
    if (isBinary) return this.parts.socket.close(UNSUPPORTED_DATA, 'The search term is text.');
    // Later frames change nothing: who searches for something else comes anew.
    this.term ??= data.toString().toLowerCase();
    this.start();
  }

  private async check(): Promise<void> {
    const { socket, verdict } = this.parts;
    try {
      const answer = await verdict();
      this.allowed = answer === 'allowed';
      if (answer !== 'allowed') socket.close(CLOSE_CODES[answer], REASONS[answer]);
    } catch {
      // Nobody is let in, or stays, unchecked; the client comes again.
      this.allowed = false;
      socket.close(INTERNAL_ERROR, 'Who reads could not be checked.');
    }
    if (!this.allowed) this.end();
  }

  /** As soon as both are known: that they may, and what for. */
  private start(): void {
    const { log, socket } = this.parts;
    if (!this.allowed || this.term === undefined || this.unsubscribe !== undefined) return;
    if (socket.readyState !== socket.OPEN) return;
    this.unsubscribe = log.subscribe(() => this.pump());
    this.position = log.begin;
    this.pump();
    this.stayOpen();
  }

  /** Sends what there is, as far as the reader keeps up; goes on when the reader has taken it. */
  private pump(): void {
    const { socket, limits } = this.parts;
    while (socket.readyState === socket.OPEN && socket.bufferedAmount < limits.bufferedBytes) {
      const line = this.next();
      if (line === undefined) return;
      this.quiet = false;
      socket.send(JSON.stringify(line), (error) => {
        // An error comes with 'close'.
        if (!error) this.pump();
      });
    }
  }

  private next(): AppLogLine | undefined {
    const { log } = this.parts;
    if (this.position < log.begin) {
      this.missed += log.begin - this.position;
      this.position = log.begin;
    }
    if (this.missed > 0) {
      const message = `${this.missed} lines were left out: they were gone before they could be sent.`;
      this.missed = 0;
      return { source: 'SYSTEM', timestamp: log.at(this.position)?.timestamp ?? Date.now() / 1000, message };
    }
    for (;;) {
      const line = log.at(this.position);
      if (line === undefined) return undefined;
      this.position += 1;
      if (line.message.toLowerCase().includes(this.term ?? '')) return line;
    }
  }

  private stayOpen(): void {
    const { socket } = this.parts;
    if (this.quiet && this.allowed && socket.readyState === socket.OPEN && socket.bufferedAmount === 0) {
      socket.send(KEEP_ALIVE);
    }
    this.quiet = true;
  }

  private end(): void {
    clearInterval(this.beat);
    this.unsubscribe?.();
    this.unsubscribe = () => undefined;
  }
}
