import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { type RotatingLog } from './rotating-log';

const errorLevel = 50;
/** The launcher and the door ask whether it is ready; that it is not is no reason for anything. */
const ownQuestion = 'GET /ready ';
/** The last line of the API's start. */
const startupComplete = 'Application startup complete';

/** Keeps every line of the API in a file and shows the terminal only what somebody should look at. */
export class ApiLog {
  private last = '';
  private watched = false;
  private readonly started = new Set<() => void>();

  constructor(
    private readonly file: RotatingLog,
    private readonly show: (line: string) => void,
    private readonly everything: boolean,
    /** Gets every line: what the platform would keep of the app's output. */
    private readonly publish: (line: string) => void = () => undefined,
  ) {}

  read(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.file.write(`${line}\n`);
      this.publish(line);
      const found = readableError(line);
      const text = found?.startsWith(ownQuestion) === true ? undefined : found;
      if (text !== undefined && text.trim() !== '') this.last = text;
      if (this.everything) this.show(line);
      else if (text !== undefined && this.watched) this.show(text);
      if (line.includes(startupComplete)) for (const listener of this.started) listener();
    });
  }

  /** From now on errors are shown: before, requests fail simply because the API is not up yet. */
  watch(): void {
    this.watched = true;
    this.last = '';
  }

  /** Resolves at the API's own word that it has started, or after the patience. */
  async startup(patience: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.started.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, patience);
      this.started.add(settle);
    });
  }

  /** Says best why the process ended, when it did. */
  get lastError(): string {
    return this.last;
  }
}

/** An error line in a few words; undefined for a line that is none. A line that is no JSON is no log line: a crash. */
export function readableError(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (
      typeof entry.level === 'string' ? !['error', 'fatal'].includes(entry.level) : Number(entry.level) < errorLevel
    ) {
      return undefined;
    }
    const parts = [entry.msg, entry.err?.message].filter((part) => typeof part === 'string' && part !== '');
    return [...new Set(parts)].join(': ') || line;
  } catch {
    return line;
  }
}
