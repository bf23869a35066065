import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabricksClients, PlatformError, delayBeforeRetry, type ModelAnswer } from '@lakescope/databricks-client';
import { ServingConfig } from '@lakescope/server-config';
import { currentCorrelationId, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { EndpointTraitsLookup } from '../endpoints/endpoint-traits';
import { InferenceLog, type InferenceStatus } from '../inference-log';
import { ServingLimits } from '../limits';
import { ModelInputTooLarge, ModelTimedOut } from '../serving.errors';
import { endedInference } from './ended-inference';
import { HeldBytes, type Holding } from './held-bytes';
import type { InvocationRequest } from './invocation-request';
import { predictionOf, type Prediction } from './model-answer';
import { MissingModel } from './missing-model';
import { modelFailure } from './model-failure';

export type ModelQuestion = Pick<InvocationRequest, 'inputs' | 'timeoutSeconds' | 'servedEntity'>;

/** How an invocation ended. */
export type InvocationOutcome = {
  readonly requestId: string;
  readonly executionTimeMs: number;
  readonly startedAt: Date;
} &
  /** Whoever asked releases what is `held` for the prediction. */
  (
    | { readonly status: 'SUCCESS'; readonly prediction: Prediction; readonly held: Holding }
    | { readonly status: 'ERROR' | 'TIMEOUT'; readonly error: unknown }
  );

const ONCE = { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } as const;

/** Asks models as the caller, and has each invocation written down, however it ended. */
@Injectable()
export class ModelInvoker {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly traits: EndpointTraitsLookup,
    private readonly log: InferenceLog,
    private readonly limits: ServingLimits,
    private readonly config: ServingConfig,
    private readonly held: HeldBytes,
    private readonly missing: MissingModel,
  ) {}

  /** The answer, or what went wrong; written down either way. */
  async invoke(
    caller: UserCaller,
    endpointName: string,
    question: ModelQuestion,
    signal: AbortSignal,
  ): Promise<InvocationOutcome> {
    const outcome = await this.ask(caller, endpointName, question, signal);
    this.log.record(caller, {
      requestId: outcome.requestId,
      endpointName,
      askedEntity: question.servedEntity,
      timeoutSeconds: question.timeoutSeconds,
      inputs: question.inputs,
      createdAt: outcome.startedAt,
      completedAt: new Date(),
      correlationId: currentCorrelationId() ?? outcome.requestId,
      ...endedInference(outcome, question.servedEntity),
    });
    return outcome;
  }

  /** Without a note of it. Never rejects. */
  async ask(
    caller: UserCaller,
    endpointName: string,
    question: ModelQuestion,
    signal: AbortSignal,
    requestId: string = randomUUID(),
  ): Promise<InvocationOutcome> {
    const startedAt = new Date();
    const began = performance.now();
    const timeoutSeconds = question.timeoutSeconds ?? this.config.timeoutSeconds;
    const ended = (): { requestId: string; startedAt: Date; executionTimeMs: number } => ({
      requestId,
      startedAt,
      executionTimeMs: Math.round((performance.now() - began) * 10) / 10,
    });
    const held = this.held.begin(caller);
    try {
      if (question.inputs.length > this.limits.languageInputBytes) {
        await this.refuseTooLarge(caller, endpointName, question.inputs, signal, timeoutSeconds);
      }
      const answer = await this.answer(caller, endpointName, question, {
        signal,
        deadlineMs: timeoutSeconds * 1000,
        began,
        held,
      });
      return { ...ended(), status: 'SUCCESS', prediction: predictionOf(answer), held };
    } catch (thrown) {
      held.release();
      const failure = held.refusal ?? modelFailure(thrown, { endpointName, timeoutSeconds }, this.limits);
      const error = await this.missing.toldFrom(failure, caller, endpointName, question.servedEntity);
      const status: InferenceStatus = error instanceof ModelTimedOut ? 'TIMEOUT' : 'ERROR';
      return { ...ended(), status, error };
    }
  }

  /** Only large inputs are worth the question of what kind of model it is. Throws ModelInputTooLarge or ModelTimedOut. */
  async refuseTooLarge(
    caller: UserCaller,
    endpointName: string,
    { length }: Buffer,
    signal: AbortSignal,
    timeoutSeconds = this.config.timeoutSeconds,
  ): Promise<void> {
    const { customInputBytes, languageInputBytes } = this.limits;
    if (length > customInputBytes) throw new ModelInputTooLarge(customInputBytes, length, 'models of your own');
    if (length <= languageInputBytes) return;
    const inTime = AbortSignal.timeout(timeoutSeconds * 1000);
    const { isClassic } = await this.traits
      .of(caller, endpointName, AbortSignal.any([signal, inTime]))
      .catch((error: unknown) => {
        throw inTime.aborted ? new ModelTimedOut(timeoutSeconds, { endpoint_name: endpointName }) : error;
      });
    if (!isClassic) {
      throw new ModelInputTooLarge(languageInputBytes, length, 'foundation models, external models and agents');
    }
  }

  private async answer(
    caller: UserCaller,
    endpointName: string,
    { inputs, servedEntity }: ModelQuestion,
    { signal, deadlineMs, began, held }: { signal: AbortSignal; deadlineMs: number; began: number; held: Holding },
  ): Promise<ModelAnswer> {
    const { serving } = this.databricks.asUser(caller);
    const model = {
      admit: (bytes: number) => held.admit(bytes),
      ...(servedEntity === undefined ? {} : { servedEntity }),
    };
    for (let attempt = 1; ; attempt++) {
      const leftMs = deadlineMs - (performance.now() - began);
      try {
        return await serving.invoke(endpointName, inputs, { signal, deadlineMs: leftMs, retry: ONCE, ...model });
      } catch (error) {
        // What has come of an answer that broke off is thrown away.
        if (held.refusal === undefined) held.release();
        const elapsedMs = performance.now() - began;
        const policy = {
          delaysMs: this.limits.retryDelaysMs,
          budgetMs: deadlineMs,
          waitWhenRateLimited: true,
          repeatServerErrors: true,
        };
        const delayMs =
          error instanceof PlatformError && mayPass(error)
            ? delayBeforeRetry(policy, error, attempt, elapsedMs)
            : undefined;
        if (delayMs === undefined) throw error;
        const patienceMs = deadlineMs - elapsedMs - delayMs;
        if (!(await this.mayRepeat(error, caller, endpointName, { signal, patienceMs }))) throw error;
        await wait(delayMs, undefined, { signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  /** What was refused for its rate has not been acted on; anything else may have been, half. */
  private async mayRepeat(
    error: unknown,
    caller: UserCaller,
    endpointName: string,
    { signal, patienceMs }: { signal: AbortSignal; patienceMs: number },
  ): Promise<boolean> {
    if (error instanceof PlatformError && error.kind === 'rate_limited') return true;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.floor(patienceMs)))]);
    try {
      return (await this.traits.of(caller, endpointName, inTime)).isSafeToRepeat;
    } catch {
      // What cannot be found out, or not in time, is taken for an agent; the failure of the model is the one that is told.
      return false;
    }
  }
}

/** A model that wakes up takes minutes, and says when to come again: whoever asked is told so at once. */
function mayPass({ status, kind, retryAfterSeconds }: PlatformError): boolean {
  if (kind === 'rate_limited') return retryAfterSeconds !== undefined;
  // Without a status there was no answer: the connection broke, or, with a time, nothing is asked at the moment.
  return status === undefined ? kind === 'unavailable' && retryAfterSeconds === undefined : status !== 503;
}
