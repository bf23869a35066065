import { setTimeout as delay } from 'node:timers/promises';
import { withCorrelationId, type UserCaller } from '@lakescope/server-http';
import { DatabaseUnavailable, failureReason } from '@lakescope/server-persistence';
import { Logger } from '@nestjs/common';
import type { HistoryLimits } from './history-limits';

/** Writes rows of one person; a row that comes a second time must change nothing. */
export type WriteRows<Row> = (caller: UserCaller, rows: readonly Row[]) => Promise<void>;

interface Queued<Row> {
  readonly caller: UserCaller;
  readonly row: Row;
  readonly bytes: number;
}

const CLOSING_MS = 3_000;

/**
 * Rows on their way into the database, so that nobody waits for it: they are written soon after they came, each person's together. What comes
 * while others are written waits for more of its kind as well, since a transaction costs many times what a row does. While the database is
 * away they wait in bounded memory; what finds no room, or is refused, is counted and told of in the log, by its number alone.
 */
export class RowQueue<Row> {
  private readonly logger = new Logger('Serving');
  private waiting: Queued<Row>[] = [];
  private waitingBytes = 0;
  private lost = 0;
  private failures = 0;
  private isClosed = false;
  /** Those who wait until all of it is written: as long as there is one, nothing waits for more. */
  private awaitedBy = 0;
  private running: Promise<void> | undefined;
  /** Ends a rest before its time; undefined while nobody rests. */
  private wake: (() => void) | undefined;

  constructor(
    /** What the rows tell of, for the log: "3 of … were lost". */
    private readonly what: string,
    private readonly write: WriteRows<Row>,
    private readonly limits: HistoryLimits,
  ) {}

  /** Rows that will never be written. */
  get lostRows(): number {
    return this.lost;
  }

  add(caller: UserCaller, row: Row, bytes: number): void {
    this.waiting.push({ caller, row, bytes });
    this.waitingBytes += bytes;
    while (this.waiting.length > this.limits.waitingRows || this.waitingBytes > this.limits.waitingBytes) {
      this.take(1);
      this.lose(1, 'too many wait for the database');
    }
    if (this.isEnough && this.failures === 0) this.hurry();
    // Not in the name of the request that happened to come first.
    this.running ??= withCorrelationId('serving-history', () => this.run());
  }

  /** Waits until what came before is written, or it is clear that it cannot be for now; never for long. */
  async settled(): Promise<void> {
    if (this.running === undefined || this.failures > 0) return;
    this.awaitedBy++;
    this.hurry();
    const patience = new AbortController();
    const late = delay(this.limits.settledMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.running, late]);
    this.awaitedBy--;
    patience.abort();
  }

  /** One last attempt. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.hurry();
    const patience = new AbortController();
    const late = delay(CLOSING_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.running, late]);
    patience.abort();
    if (this.waiting.length > 0) this.lose(this.take(this.waiting.length).length, 'the app was stopped');
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    // Rows that have waited for others already.
    let due = 0;
    while (this.waiting.length > 0) {
      if (due <= 0) {
        await this.linger();
        due = this.waiting.length;
      }
      const batch = this.next();
      due -= batch.length;
      try {
        await this.writeBatch(batch);
        this.failures = 0;
      } catch (error) {
        this.giveBack(batch);
        due += batch.length;
        this.complain(error);
        if (this.isClosed) break;
        const { awayMs } = this.limits;
        await this.rest(awayMs[Math.min(this.failures++, awayMs.length - 1)] ?? 0);
      }
    }
    this.running = undefined;
  }

  /** Until there is enough to write, or somebody waits for it; not for long. */
  private async linger(): Promise<void> {
    if (!this.isEnough && this.awaitedBy === 0) await this.rest(this.limits.lingerMs);
  }

  private get isEnough(): boolean {
    const { batchRows, batchBytes } = this.limits;
    return this.waiting.length >= batchRows || this.waitingBytes >= batchBytes;
  }

  /** The oldest row, and others of the same person. */
  private next(): Queued<Row>[] {
    const { batchRows, batchBytes } = this.limits;
    const owner = this.waiting[0]?.caller.userId;
    let [count, bytes] = [0, 0];
    for (const queued of this.waiting) {
      if (queued.caller.userId !== owner || count === batchRows) break;
      bytes += queued.bytes;
      if (count > 0 && bytes > batchBytes) break;
      count++;
    }
    return this.take(count);
  }

  /** Rejects when the database is away. A row that it refuses is lost, and the others are not. */
  private async writeBatch(batch: readonly Queued<Row>[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    try {
      await this.write(
        first.caller,
        batch.map(({ row }) => row),
      );
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error;
      if (batch.length === 1) return this.lose(1, refusalOf(error));
      for (const queued of batch) await this.writeBatch([queued]);
    }
  }

  private take(count: number): Queued<Row>[] {
    const taken = this.waiting.splice(0, count);
    for (const { bytes } of taken) this.waitingBytes -= bytes;
    return taken;
  }

  private giveBack(batch: readonly Queued<Row>[]): void {
    this.waiting.unshift(...batch);
    for (const { bytes } of batch) this.waitingBytes += bytes;
  }

  private lose(count: number, reason: string): void {
    // One line for the first of them, and then one for each hundred: a flood must not fill the log as well.
    const before = this.lost;
    this.lost += count;
    if (Math.floor(before / 100) === Math.floor(this.lost / 100) && before > 0) return;
    this.logger.warn(`${this.what}: ${this.lost} were lost since the start; of the last one, because ${reason}`);
  }

  private complain(error: unknown): void {
    if (this.failures === 0) this.logger.warn(`${this.what} wait for the database: ${failureReason(error)}`);
  }

  private rest(milliseconds: number): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Asked for each row while enough of them wait. Not by an `AbortController`, which makes an error, with its stack, each time it is told. */
  private hurry(): void {
    this.wake?.();
    this.wake = undefined;
  }
}

/** The message of a refusal may repeat the row, which is nobody's business but its owner's. */
function refusalOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return `the database refused it (${typeof code === 'string' ? code : 'unknown reason'})`;
}
