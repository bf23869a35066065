import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { currentCorrelationId, Slots, type UserCaller } from '@lakescope/server-http';
import { DatabaseUnavailable } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AsyncInvocations } from '../invocations/async-invocations';
import { endedInference, type EndedInference } from '../invocations/ended-inference';
import { HeldBytes } from '../invocations/held-bytes';
import { ModelInvoker, type ModelQuestion } from '../invocations/model-invoker';
import { ServingLimits } from '../limits';
import { AsyncRows } from './async-rows';
import { ServerIsFull, ServerStops } from './history.errors';
import { HistoryLimits } from './history-limits';
import { byPerson, LifeSigns, type Underway } from './life-signs';

const CLOSING_MS = 5_000;

/**
 * Waits for models in the place of people who do not. The token is nowhere but here, so it is this process that asks the model, and with
 * the process the invocation ends: its row says INTERRUPTED then, by the last act of a process that stops, or because no signs of life come
 * any more from one that was killed.
 */
@Injectable()
export class LaterInvocations extends AsyncInvocations implements OnModuleDestroy {
  private readonly logger = new Logger('Serving');
  private readonly underway = new Map<string, Underway>();
  private slots: Slots | undefined;
  private readonly signs: LifeSigns;
  private heldBytes = 0;
  private isStopping = false;

  constructor(
    private readonly invoker: ModelInvoker,
    private readonly rows: AsyncRows,
    private readonly limits: HistoryLimits,
    private readonly serving: ServingLimits,
    private readonly held: HeldBytes,
  ) {
    super();
    this.signs = new LifeSigns(this.underway, rows, limits);
  }

  override async start(caller: UserCaller, endpointName: string, question: ModelQuestion): Promise<string> {
    const { inputs } = question;
    if (this.isStopping) throw new ServerStops();
    if (this.heldBytes + inputs.length > this.limits.asyncBytes) throw new ServerIsFull();
    const requestId = randomUUID();
    // Before anything is waited for: others come meanwhile.
    const held = this.held.begin(caller);
    held.take(inputs.length);
    this.heldBytes += inputs.length;
    try {
      const correlationId = currentCorrelationId() ?? requestId;
      await this.rows.begin(caller, { requestId, endpointName, correlationId, ...question });
    } catch (error) {
      this.heldBytes -= inputs.length;
      held.release();
      throw error;
    }
    const stop = new AbortController();
    this.underway.set(requestId, { caller, stop });
    this.signs.begin();
    void this.work(caller, requestId, endpointName, question, stop.signal).finally(() => {
      this.heldBytes -= inputs.length;
      held.release();
      this.underway.delete(requestId);
    });
    if (this.isStopping) await this.interruptAll();
    return requestId;
  }

  override async cancel(caller: UserCaller, requestId: string): Promise<void> {
    await this.rows.cancel(caller, requestId);
    const underway = this.underway.get(requestId);
    // Where another process waits for the model, its next sign of life tells it.
    if (underway?.caller.userId === caller.userId) underway.stop.abort('its owner has canceled it');
  }

  /** The process ends: nobody waits for these models any more. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    this.signs.end();
    const patience = new AbortController();
    const late = delay(CLOSING_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.interruptAll(), late]);
    patience.abort();
  }

  /** Never rejects. */
  private async work(
    caller: UserCaller,
    requestId: string,
    endpointName: string,
    question: ModelQuestion,
    signal: AbortSignal,
  ): Promise<void> {
    this.slots ??= new Slots(this.limits.asyncAtOnce);
    try {
      await this.slots.use(async () => {
        await this.note(() => this.rows.start(caller, requestId));
        const timeoutSeconds = question.timeoutSeconds ?? this.serving.longestAsyncSeconds;
        const asked = { ...question, timeoutSeconds };
        const outcome = await this.invoker.ask(caller, endpointName, asked, signal, requestId);
        try {
          // Whoever stopped it has written down why.
          if (!signal.aborted)
            await this.keep(caller, requestId, endedInference(outcome, question.servedEntity), signal);
        } finally {
          if (outcome.status === 'SUCCESS') outcome.held.release();
        }
      }, signal);
    } catch (error) {
      if (!signal.aborted) this.complain(error);
    }
  }

  /** A database that is away is waited for: the answer may have cost minutes, and money. */
  private async keep(caller: UserCaller, requestId: string, ended: EndedInference, signal: AbortSignal): Promise<void> {
    const until = performance.now() + this.limits.outcomeHeldMs;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.rows.end(caller, requestId, ended);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || performance.now() > until) throw error;
        if (attempt === 0) this.logger.warn(`An answer of a model waits for the database: ${error.reason}`);
        const { outcomeRetryMs } = this.limits;
        await delay(outcomeRetryMs[Math.min(attempt, outcomeRetryMs.length - 1)], undefined, { signal });
      }
    }
  }

  private async interruptAll(): Promise<void> {
    const people = byPerson(this.underway);
    for (const { stop } of this.underway.values()) stop.abort('the app was stopped');
    await Promise.all(people.map(({ caller, requestIds }) => this.note(() => this.rows.interrupt(caller, requestIds))));
  }

  /** What cannot be written down now shows later, by signs of life that are missing. */
  private async note(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.complain(error);
    }
  }

  private complain(error: unknown): void {
    const reason = error instanceof DatabaseUnavailable ? error.reason : 'the database refused it';
    this.logger.warn(`How an invocation stands could not be written down: ${reason}`);
  }
}
