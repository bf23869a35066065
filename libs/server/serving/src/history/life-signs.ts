import type { UserCaller } from '@lakescope/server-http';
import { failureReason } from '@lakescope/server-persistence';
import { Logger } from '@nestjs/common';
import type { AsyncRows } from './async-rows';
import type { HistoryLimits } from './history-limits';

/** An invocation that this process waits for. */
export interface Underway {
  readonly caller: UserCaller;
  readonly stop: AbortController;
}

/** Each person with what is under way for them. */
export function byPerson(
  underway: ReadonlyMap<string, Underway>,
): readonly { readonly caller: UserCaller; readonly requestIds: readonly string[] }[] {
  const people = new Map<string, { caller: UserCaller; requestIds: string[] }>();
  for (const [requestId, { caller }] of underway) {
    const person = people.get(caller.userId);
    if (person === undefined) people.set(caller.userId, { caller, requestIds: [requestId] });
    else person.requestIds.push(requestId);
  }
  return [...people.values()];
}

/** Says in the database every few seconds which invocations this process works on, and learns which of them their owners have erased or canceled. */
export class LifeSigns {
  private readonly logger = new Logger('Serving');
  private timer: NodeJS.Timeout | undefined;
  private isSigning = false;

  constructor(
    /** By their ids. */
    private readonly underway: ReadonlyMap<string, Underway>,
    private readonly rows: AsyncRows,
    private readonly limits: HistoryLimits,
  ) {}

  begin(): void {
    this.timer ??= setInterval(() => void this.sign(), this.limits.signEveryMs).unref();
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Never rejects: the next sign is soon. */
  private async sign(): Promise<void> {
    if (this.underway.size === 0) return this.end();
    if (this.isSigning) return;
    this.isSigning = true;
    try {
      for (const { caller, requestIds } of byPerson(this.underway)) await this.signFor(caller, requestIds);
    } catch (error) {
      this.logger.warn(`A sign of life of invocations could not be written down: ${failureReason(error)}`);
    } finally {
      this.isSigning = false;
    }
  }

  private async signFor(caller: UserCaller, requestIds: readonly string[]): Promise<void> {
    const there = await this.rows.sign(caller, requestIds);
    for (const requestId of requestIds) {
      if (!there.has(requestId)) this.underway.get(requestId)?.stop.abort('its owner does not want it any longer');
    }
  }
}
