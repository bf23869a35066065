import type { StreamedBody, UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ServingLimits } from '../limits';
import { AsyncInvocations } from './async-invocations';
import { InputValidation } from './input-validation';
import { invocationRequestOf, type InvocationRequest } from './invocation-request';
import { LargeBodies } from './large-bodies';
import { ModelInvoker } from './model-invoker';
import { whenSent } from './when-sent';
import { writtenAnswer } from './written-answer';

/** Takes a person's question to a model and brings the answer back, neither of them made into values on the way. */
@Injectable()
export class Invocations {
  constructor(
    private readonly invoker: ModelInvoker,
    private readonly later: AsyncInvocations,
    private readonly validation: InputValidation,
    private readonly limits: ServingLimits,
    private readonly largeBodies: LargeBodies,
  ) {}

  invoke(
    caller: UserCaller,
    endpointName: string,
    body: StreamedBody,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const { sizeBytes = Infinity } = body;
    const work = (): Promise<void> => this.answer(caller, endpointName, body, signal, reply);
    return this.largeBodies.use(caller, sizeBytes, work, signal);
  }

  private async answer(
    caller: UserCaller,
    endpointName: string,
    body: StreamedBody,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const request = invocationRequestOf(await body.whole(), this.limits);
    await this.ask(caller, endpointName, request, signal, reply);
  }

  /** Asks what was asked before. */
  async askAgain(
    caller: UserCaller,
    endpointName: string,
    request: InvocationRequest,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    const work = (): Promise<void> => this.ask(caller, endpointName, request, signal, reply);
    await this.largeBodies.use(caller, request.inputs.length, work, signal);
  }

  private async ask(
    caller: UserCaller,
    endpointName: string,
    request: InvocationRequest,
    signal: AbortSignal,
    reply: FastifyReply,
  ): Promise<void> {
    if (request.validate) await this.validation.check(caller, endpointName, request.inputs, signal);
    if (request.isAsync) {
      await this.invoker.refuseTooLarge(caller, endpointName, request.inputs, signal);
      const requestId = await this.later.start(caller, endpointName, request);
      reply.status(202).send({ request_id: requestId, status: 'PENDING' });
      return;
    }
    const outcome = await this.invoker.invoke(caller, endpointName, request, signal);
    if (outcome.status !== 'SUCCESS') throw outcome.error;
    const { held } = outcome;
    // A small one is with the socket at once.
    if (held.bytes <= this.limits.largeBodyBytes) held.release();
    else whenSent(reply)(() => held.release());
    reply.header('content-type', 'application/json; charset=utf-8').send(writtenAnswer(outcome));
  }
}
