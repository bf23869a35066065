import { randomUUID } from 'node:crypto';
import { DatabricksClients, type ModelStream } from '@lakescope/databricks-client';
import { ServingConfig } from '@lakescope/server-config';
import { currentCorrelationId, type StreamedBody, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { keptOf } from '../history/stored-payload';
import { InferenceLog } from '../inference-log';
import { streamRequestOf, type InvocationRequest } from '../invocations/invocation-request';
import { MissingModel } from '../invocations/missing-model';
import { modelFailure } from '../invocations/model-failure';
import { failureTold } from '../invocations/ended-inference';
import { HeldBytes } from '../invocations/held-bytes';
import { LargeBodies } from '../invocations/large-bodies';
import { ModelInvoker } from '../invocations/model-invoker';
import { ServingLimits } from '../limits';
import { ModelAnswerUnusable, ModelTimedOut } from '../serving.errors';
import { ModelEvents, type StreamEnd } from './model-events';
import { streamingInputs } from './streaming-inputs';

type StreamRequest = Pick<InvocationRequest, 'inputs' | 'servedEntity'>;

const ONCE = { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } as const;

/** Asks language models for answers that come piece by piece, as the caller. */
@Injectable()
export class ModelStreams {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly invoker: ModelInvoker,
    private readonly log: InferenceLog,
    private readonly limits: ServingLimits,
    private readonly config: ServingConfig,
    private readonly largeBodies: LargeBodies,
    private readonly held: HeldBytes,
    private readonly missing: MissingModel,
  ) {}

  /** Until the model begins, what goes wrong is a problem as everywhere; from then on it is an event. */
  async stream(
    caller: UserCaller,
    endpointName: string,
    body: StreamedBody,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const { sizeBytes = Infinity } = body;
    const work = (): Promise<void> => this.begin(caller, endpointName, body, signal, reply);
    await this.largeBodies.use(caller, sizeBytes, work, signal);
  }

  private async begin(
    caller: UserCaller,
    endpointName: string,
    body: StreamedBody,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const request = streamRequestOf(await body.whole());
    const began = performance.now();
    const createdAt = new Date();
    const requestId = randomUUID();
    const correlationId = currentCorrelationId() ?? requestId;
    // What the connection to the model holds until the stream has ended, which may take minutes.
    const held = this.held.begin(caller);
    if (request.inputs.length > this.limits.largeBodyBytes) held.take(request.inputs.length);
    const inputs = keptOf(request.inputs);
    const note = (end: Omit<StreamEnd, 'answer'> & Partial<StreamEnd>, servedEntity: string | undefined): void => {
      held.release();
      this.log.record(caller, {
        requestId,
        endpointName,
        servedEntity,
        askedEntity: request.servedEntity,
        inputs,
        predictions: end.answer?.json(),
        status: end.status,
        executionTimeMs: end.executionTimeMs,
        ...failureTold(end.error),
        tokens: end.answer?.usage,
        createdAt,
        completedAt: new Date(),
        correlationId,
      });
    };
    let model: ModelStream;
    try {
      model = await this.open(caller, endpointName, request, signal);
    } catch (error) {
      const status = error instanceof ModelTimedOut ? 'TIMEOUT' : 'ERROR';
      note({ status, error, executionTimeMs: Math.round(performance.now() - began) }, request.servedEntity);
      throw error;
    }
    const servedEntity = model.servedEntity ?? request.servedEntity;
    const context = { requestId, endpointName, servedEntity, correlationId, path: reply.request.url, began };
    const events = new ModelEvents(model.body, context, this.limits, (end) => note(end, servedEntity));
    signal.addEventListener('abort', () => events.destroy(), { once: true });
    if (signal.aborted) events.destroy();
    reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      // A proxy that collects the answer would make it one piece again.
      .header('x-accel-buffering', 'no')
      .send(events);
  }

  private async open(
    caller: UserCaller,
    endpointName: string,
    { inputs, servedEntity }: StreamRequest,
    signal: AbortSignal,
  ): Promise<ModelStream> {
    const { timeoutSeconds } = this.config;
    try {
      await this.invoker.refuseTooLarge(caller, endpointName, inputs, signal);
      const model = await this.databricks.asUser(caller).serving.stream(endpointName, streamingInputs(inputs), {
        signal,
        deadlineMs: timeoutSeconds * 1000,
        retry: ONCE,
        ...(servedEntity === undefined ? {} : { servedEntity }),
      });
      if (model.contentType?.includes('event-stream') === true) return model;
      model.body.destroy();
      throw new ModelAnswerUnusable(
        'This endpoint does not answer piece by piece; ask it by invocations',
        'INVALID_REQUEST',
      );
    } catch (error) {
      const failure = modelFailure(error, { endpointName, timeoutSeconds }, this.limits);
      throw await this.missing.toldFrom(failure, caller, endpointName, servedEntity);
    }
  }
}
