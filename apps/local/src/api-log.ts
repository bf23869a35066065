import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { RotatingLog } from './rotating-log';

const errorLevel = 50;

/** Keeps every line of the API in a file and shows the terminal only what somebody should look at. */
export class ApiLog {
  private last = '';

  constructor(
    private readonly file: RotatingLog,
    private readonly show: (line: string) => void,
    private readonly everything: boolean,
  ) {}

  read(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.file.write(`${line}\n`);
      const text = readableError(line);
      if (text !== undefined && text.trim() !== '') this.last = text;
      if (this.everything) this.show(line);
      else if (text !== undefined) this.show(text);
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
