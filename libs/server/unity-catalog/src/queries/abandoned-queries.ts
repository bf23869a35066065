import { UserCaller } from '@lakescope/server-http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { hasEnded, type QueryFailure, type QueryRecord } from './query-record';
import { QueryLimits } from './query-limits';
import { QueryRecords } from './query-records';
import { StatementSender } from './statement-sender';

interface Held {
  caller: UserCaller;
  timer: NodeJS.Timeout;
}

const PEOPLE_KEPT = 1_000;

const ABANDONED: QueryFailure = {
  error_code: 'ABANDONED',
  message: 'The query was canceled because nobody had asked about it for a while. Run it again.',
  sql_state: null,
};

/**
 * Cancels queries that nobody asks about any more, because they cost money: by a replica that served the person and still holds the
 * token, or else with the token of that person's next request.
 */
@Injectable()
export class AbandonedQueries implements OnApplicationShutdown {
  private readonly logger = new Logger('Queries');
  private readonly held = new Map<string, Held>();
  /** When a request of a person last looked for them. */
  private readonly swept = new Map<string, number>();

  constructor(
    private readonly records: QueryRecords,
    private readonly sender: StatementSender,
    private readonly limits: QueryLimits,
  ) {}

  /** The caller has just asked about the query. */
  hold(caller: UserCaller, record: QueryRecord): void {
    this.release(record.queryId);
    if (!hasEnded(record)) this.arm(record.queryId, caller, this.patienceMs);
  }

  /** It has ended. */
  release(queryId: string): void {
    clearTimeout(this.held.get(queryId)?.timer);
    this.held.delete(queryId);
  }

  /** With the caller's own token, whichever replica they asked before. */
  async cancelOf(caller: UserCaller): Promise<void> {
    const now = performance.now();
    if (now < (this.swept.get(caller.userId) ?? -Infinity) + this.limits.sweptEveryMs) return;
    if (this.swept.size >= PEOPLE_KEPT) this.swept.clear();
    this.swept.set(caller.userId, now);
    for (const record of await this.records.abandoned(caller)) await this.cancel(caller, record);
  }

  onApplicationShutdown(): void {
    for (const { timer } of this.held.values()) clearTimeout(timer);
    this.held.clear();
  }

  private get patienceMs(): number {
    return this.limits.abandonedMs + this.limits.pollNotedMs;
  }

  private arm(queryId: string, caller: UserCaller, milliseconds: number): void {
    const timer = setTimeout(() => void this.look(queryId, caller), milliseconds).unref();
    this.held.set(queryId, { caller, timer });
  }

  private async look(queryId: string, caller: UserCaller): Promise<void> {
    try {
      const record = await this.records.find(caller, queryId);
      if (record === undefined || hasEnded(record)) return this.release(queryId);
      // Another replica may have been asked in the meantime, and not every poll is noted.
      const left = record.polledAt.getTime() + this.patienceMs - Date.now();
      if (left > 0) return this.arm(queryId, caller, left);
      await this.cancel(caller, record);
      this.release(queryId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown reason';
      this.logger.warn(`A query that nobody asks about could not be canceled: ${reason}`);
      const isUsable = caller.tokenExpiresAt === undefined || caller.tokenExpiresAt.getTime() > Date.now();
      // Without a token it is left to the person's next request.
      if (isUsable) this.arm(queryId, caller, this.patienceMs);
      else this.release(queryId);
    }
  }

  private async cancel(caller: UserCaller, record: QueryRecord): Promise<void> {
    if (record.statementId !== null) await this.sender.cancel(caller, record.statementId);
    await this.records.change(caller, record, { status: 'CANCELED', error: ABANDONED, cancelRequested: true });
  }
}
