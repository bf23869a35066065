import {
  Inject,
  Injectable,
  SetMetadata,
  type CallHandler,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { Deadlines } from './deadlines';
import { HttpLimits } from './http-limits';
import { discard, WITHOUT_OBSERVABLES, type PlainInterceptor } from './plain-interceptor';
import { giveUp } from './request-signal';
import { DeadlineExceeded } from './request.errors';
import { RouteMark } from './route-mark';

const NO_DEADLINE = 'lakescope:no-deadline';

/** For streams, uploads and downloads: they may take as long as the bytes need. */
export const WithoutDeadline = (): CustomDecorator => SetMetadata(NO_DEADLINE, true);

/** Answers 504 before the platform's proxy cuts the line, and lets go of the work. */
@Injectable()
export class DeadlineInterceptor implements PlainInterceptor {
  readonly [WITHOUT_OBSERVABLES] = true;
  private readonly deadlines: Deadlines;
  private readonly unlimited: RouteMark;

  constructor(
    @Inject(Reflector) reflector: Reflector,
    @Inject(HttpLimits) private readonly limits: HttpLimits,
  ) {
    this.deadlines = new Deadlines(limits.deadlineMs);
    this.unlimited = new RouteMark(reflector, NO_DEADLINE);
  }

  begin(): void {
    // Most answers are there at once, and then there is nothing to wait for.
  }

  during(context: ExecutionContext, answer: Promise<unknown>): Promise<unknown> {
    return this.unlimited.isOn(context) ? answer : this.inTime(context, answer);
  }

  private async inTime(context: ExecutionContext, answer: Promise<unknown>): Promise<unknown> {
    let expired = (): void => undefined;
    const tooLate = new Promise<never>((_, reject) => {
      expired = () => {
        giveUp(context.getArgByIndex<FastifyRequest>(0));
        reject(new DeadlineExceeded(this.limits.deadlineMs));
        answer.then(discard, () => undefined);
      };
    });
    const waiting = { expired };
    this.deadlines.add(waiting);
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      this.deadlines.remove(waiting);
    }
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.unlimited.isOn(context)) return next.handle();
    const request = context.getArgByIndex<FastifyRequest>(0);
    const answer = next.handle();
    return new Observable((subscriber) => {
      const answering = new AnswerInTime(subscriber, request, this.limits.deadlineMs);
      const subscription = answer.subscribe(answering);
      // Most answers are there at once, and then there is nothing to wait for.
      if (answering.isOpen) answering.waitIn(this.deadlines, subscription);
      return subscription;
    });
  }
}

/** Passes the answer on until the deadline, and the refusal afterwards. */
class AnswerInTime {
  private deadlines: Deadlines | undefined;
  private subscription: Subscription | undefined;

  constructor(
    private readonly subscriber: Subscriber<unknown>,
    private readonly request: FastifyRequest,
    private readonly deadlineMs: number,
  ) {}

  get isOpen(): boolean {
    return !this.subscriber.closed;
  }

  waitIn(deadlines: Deadlines, subscription: Subscription): void {
    this.deadlines = deadlines;
    this.subscription = subscription;
    subscription.add(() => deadlines.remove(this));
    deadlines.add(this);
  }

  next(value: unknown): void {
    // The first value is the answer: what follows it may take its time.
    this.deadlines?.remove(this);
    this.subscriber.next(value);
  }

  error(error: unknown): void {
    this.deadlines?.remove(this);
    this.subscriber.error(error);
  }

  complete(): void {
    this.deadlines?.remove(this);
    this.subscriber.complete();
  }

  expired(): void {
    giveUp(this.request);
    this.subscriber.error(new DeadlineExceeded(this.deadlineMs));
    this.subscription?.unsubscribe();
  }
}
