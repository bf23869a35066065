import { createHash } from 'node:crypto';
import type { LogFrame } from './log-line';

interface Told {
  readonly timestamp: number;
  /** How often such a line was printed. */
  printed: number;
  /** How often it came on this connection. */
  came: number;
  connection: number;
}

/** More than the stream tells again. */
const REMEMBERED = 50_000;

/**
 * Which lines were printed already: every connection begins with what the platform keeps. The same line of the same moment
 * may have been written twice, so it is counted how often it comes on one connection.
 */
export class ToldLines {
  private readonly known = new Map<string, Told>();
  private connection = 0;
  private forgottenUpTo = -Infinity;

  constructor(private readonly remembered = REMEMBERED) {}

  /** From now on what came before may come again. */
  connectedAgain(): void {
    this.connection += 1;
  }

  /** Whether a line is to be printed, which it is then taken to be. Text without a time is: losing a line is worse. */
  isNew(frame: LogFrame): boolean {
    const { timestamp } = frame;
    if (timestamp === undefined) return true;
    const key = createHash('sha1').update(`${timestamp} ${frame.source} ${frame.message}`).digest('base64');
    const told = this.known.get(key);
    if (told === undefined) {
      if (this.connection > 0 && timestamp <= this.forgottenUpTo) return false;
      this.remember(key, { timestamp, printed: 1, came: 1, connection: this.connection });
      return true;
    }
    if (told.connection !== this.connection) {
      told.connection = this.connection;
      told.came = 0;
    }
    told.came += 1;
    if (told.came <= told.printed) return false;
    told.printed = told.came;
    return true;
  }

  private remember(key: string, told: Told): void {
    this.known.set(key, told);
    for (const [oldest, { timestamp }] of this.known) {
      if (this.known.size <= this.remembered) return;
      this.known.delete(oldest);
      this.forgottenUpTo = Math.max(this.forgottenUpTo, timestamp);
    }
  }
}
