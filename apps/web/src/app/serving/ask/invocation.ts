import { computed, DestroyRef, inject, Service, signal } from '@angular/core';
import {
  getServingInvocation,
  invokeServingEndpoint,
  type Problem,
  problemFrom,
  rerunInference,
  type TextAnswer,
  TextApi,
} from '@lakescope/web-api';
import { UsageEvents } from '../../tracking/usage-events';
import { type Answer, answerFrom } from './answer';

/** Between two looks at an invocation that is answered later; the last one repeats. */
const PAUSES_MS = [300, 500, 1_000, 2_000];
const MOST_FAILURES = 5;
const TICK_MS = 100;
/** What the server takes: an answer at once has to come before the platform's proxy cuts it. */
export const LONGEST_TIMEOUT_S = 100;
export const LONGEST_LATER_S = 297;

/** What to ask, of whom, and how. */
export interface Question {
  readonly endpoint: string;
  /** JSON. */
  readonly inputs: string;
  readonly timeoutSeconds: number;
  readonly validate: boolean;
  readonly isLater: boolean;
  readonly servedEntity: string | undefined;
}

/** How one invocation stands. */
export type InvocationState =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly requestId?: string }
  | { readonly kind: 'answered'; readonly answer: Answer; readonly roundTripMs: number | undefined }
  /** `retryAt`: when to come again, where the server says so. `requestId`: of one that is answered later and may go on. */
  | {
      readonly kind: 'failed';
      readonly problem: Problem;
      readonly retryAt: string | undefined;
      readonly requestId: string | undefined;
    };

/** The body of the request: the inputs stand in it as they were written. */
export function bodyOf({ inputs, timeoutSeconds, validate, isLater, servedEntity }: Question): string {
  const options = {
    timeout_seconds: timeoutSeconds,
    ...(validate ? { validate } : {}),
    ...(isLater ? { async: true } : {}),
    ...(servedEntity === undefined ? {} : { served_entity: servedEntity }),
  };
  return `{"inputs":${inputs},${JSON.stringify(options).slice(1)}`;
}

/** One invocation at a time: sent, waited for, looked after when it is answered later, and stopped. */
@Service({ autoProvided: false })
export class Invocation {
  private readonly api = inject(TextApi);
  private readonly usage = inject(UsageEvents);
  private readonly present = signal<InvocationState>({ kind: 'none' });
  private readonly begun = signal(0);
  private readonly now = signal(0);
  private underWay: AbortController | undefined;

  readonly state = this.present.asReadonly();
  readonly isUnderWay = computed(() => this.present().kind === 'waiting');
  /** Milliseconds since it was sent. Ticks while it is waited for. */
  readonly elapsedMs = computed(() => Math.max(0, this.now() - this.begun()));
  /** Of one that is answered later, by which it is found again. */
  readonly requestId = computed(() => {
    const state = this.present();
    return state.kind === 'waiting' ? state.requestId : undefined;
  });

  constructor() {
    const timer = setInterval(() => {
      if (this.isUnderWay()) this.now.set(performance.now());
    }, TICK_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.underWay?.abort();
    });
  }

  ask(question: Question): Promise<void> {
    return this.send((mine) =>
      this.api.send(
        invokeServingEndpoint,
        { path: { name: question.endpoint }, body: { inputs: {} } },
        { signal: mine, body: bodyOf(question) },
      ),
    );
  }

  /** The same inputs once more: the server has them byte by byte. */
  askAgain(requestId: string, isLater: boolean): Promise<void> {
    const body = isLater ? { async: true } : { timeout_seconds: LONGEST_TIMEOUT_S };
    return this.send((mine) =>
      this.api.send(rerunInference, { path: { request_id: requestId }, body }, { signal: mine }),
    );
  }

  /** Takes up an invocation that is answered later, by its id. */
  async resume(requestId: string): Promise<void> {
    const { signal: mine } = this.begin({ kind: 'waiting', requestId });
    try {
      await this.follow(requestId, mine);
    } catch (error) {
      this.fail(mine, error);
    }
  }

  /** What is answered later goes on without anybody waiting. */
  stop(): void {
    this.underWay?.abort();
    this.present.set({ kind: 'none' });
  }

  private async send(request: (mine: AbortSignal) => Promise<TextAnswer>): Promise<void> {
    const { signal: mine, startedAt } = this.begin({ kind: 'waiting' });
    try {
      const { status, text } = await request(mine);
      const answer = answerFrom(text);
      this.usage.record('model_invoked', { success: true, metadata: { later: status === 202 } });
      if (status === 202) await this.follow(answer.requestId, mine);
      else this.end(mine, { kind: 'answered', answer, roundTripMs: performance.now() - startedAt });
    } catch (error) {
      if (!mine.aborted) this.usage.record('model_invoked', { success: false });
      this.fail(mine, error);
    }
  }

  private begin(state: InvocationState): { readonly signal: AbortSignal; readonly startedAt: number } {
    this.underWay?.abort();
    this.underWay = new AbortController();
    const startedAt = performance.now();
    this.begun.set(startedAt);
    this.now.set(startedAt);
    this.present.set(state);
    return { signal: this.underWay.signal, startedAt };
  }

  private async follow(requestId: string, mine: AbortSignal): Promise<void> {
    if (!mine.aborted) this.present.set({ kind: 'waiting', requestId });
    let failures = 0;
    for (let look = 0; !mine.aborted; look += 1) {
      await pause(PAUSES_MS[Math.min(look, PAUSES_MS.length - 1)] ?? 0);
      if (mine.aborted) return;
      try {
        const { text } = await this.api.send(
          getServingInvocation,
          { path: { request_id: requestId } },
          { signal: mine },
        );
        const answer = answerFrom(text);
        failures = 0;
        if (answer.status === 'PENDING' || answer.status === 'RUNNING') continue;
        this.end(mine, { kind: 'answered', answer, roundTripMs: undefined });
        return;
      } catch (error) {
        failures += 1;
        const { status, retryAfterSeconds = 0 } = problemFrom(error);
        if (mine.aborted || isRefusal(status) || failures >= MOST_FAILURES) throw error;
        await pause(retryAfterSeconds * 1000);
      }
    }
  }

  private end(mine: AbortSignal, state: InvocationState): void {
    if (!mine.aborted) this.present.set(state);
  }

  private fail(mine: AbortSignal, error: unknown): void {
    const problem = problemFrom(error);
    const { retryAfterSeconds: seconds } = problem;
    // Never at once: a time that has passed already is not waited for.
    const retryAt =
      seconds === undefined ? undefined : new Date(Date.now() + Math.max(1, seconds) * 1000).toISOString();
    this.end(mine, { kind: 'failed', problem, retryAt, requestId: this.requestId() });
  }
}

/** The way to the server may be interrupted for a moment, and asking too often passes too; a refusal stays one. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
