import { Readable } from 'node:stream';
import { PlatformError } from '@lakescope/databricks-client';
import { failureOf, problemOf } from '@lakescope/server-http';
import type { ServingLimits } from '../limits';
import { ModelAnswerUnusable, ModelFailed, ModelRateLimited, ModelTimedOut } from '../serving.errors';
import { fieldsOf } from './fields';
import { StreamedAnswer } from './streamed-answer';
import { EventParser, type ServerSentEvent } from './event-parser';

export interface StreamContext {
  readonly requestId: string;
  readonly endpointName: string;
  readonly servedEntity: string | undefined;
  readonly correlationId: string;
  /** Of the request, for problems. */
  readonly path: string;
  /** On the clock of `performance.now()`. */
  readonly began: number;
}

/** How a stream ended, and what came until then. */
export interface StreamEnd {
  readonly status: 'SUCCESS' | 'ERROR' | 'TIMEOUT';
  readonly answer: StreamedAnswer;
  readonly error: unknown;
  readonly executionTimeMs: number;
}

const DONE = '[DONE]';
const FAILURE_LIMITS = { bodyBytes: 0 };

/**
 * What a model says, piece by piece, as events for whoever asked: `start`, a `chunk` for each piece as it came, and `done` or `error`. A
 * comment now and then keeps the line open. It ends by itself: with the model, when the model falls silent, after its time; and with the
 * reader, who may leave, or be so slow that too much would wait for them. The model is let go in each case.
 */
export class ModelEvents extends Readable {
  private readonly parser = new EventParser();
  private readonly answer = new StreamedAnswer();
  private readonly timers: NodeJS.Timeout[];
  private readonly stalled: NodeJS.Timeout;
  private isOver = false;

  constructor(
    private readonly model: Readable,
    private readonly context: StreamContext,
    private readonly limits: ServingLimits,
    private readonly whenEnded: (end: StreamEnd) => void,
  ) {
    super({ highWaterMark: limits.readerBytes });
    const { streamMs, stallMs, heartbeatMs } = limits;
    const timeOut = (ms: number): void =>
      this.fail(new ModelTimedOut(ms / 1000, { endpoint_name: context.endpointName }));
    this.stalled = setTimeout(() => timeOut(stallMs), stallMs);
    this.timers = [
      this.stalled,
      // From the question on: the platform's proxy counts the wait for the model's first word, too.
      setTimeout(() => timeOut(streamMs), Math.max(0, streamMs - this.elapsedMs())),
      setInterval(() => this.write(': still here\n\n'), heartbeatMs),
    ];
    this.tell('start', { request_id: context.requestId, served_entity: context.servedEntity ?? null });
    model.on('data', (bytes: Buffer) => this.receive(bytes));
    model.once('end', () => this.modelEnded());
    model.once('error', () => this.fail(new ModelFailed('The stream broke off', this.details)));
  }

  override _read(): void {
    // The model's pace is the only one: what its reader does not take is bounded by `write`.
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.over('ERROR', error ?? new PlatformError('aborted', 'The client left before the answer was whole'));
    callback(error);
  }

  private get details(): Record<string, unknown> {
    return { endpoint_name: this.context.endpointName, request_id: this.context.requestId };
  }

  private receive(bytes: Buffer): void {
    this.stalled.refresh();
    try {
      for (const event of this.parser.push(bytes)) {
        if (this.isOver) return;
        this.pass(event);
      }
    } catch (error) {
      this.fail(new ModelAnswerUnusable(error instanceof Error ? error.message : 'The stream cannot be read'));
    }
  }

  private pass({ name, data }: ServerSentEvent): void {
    if (data === DONE) {
      this.finish();
      return;
    }
    const chunk = parsed(data);
    const failure = failureIn(name, chunk, data, this.details);
    if (failure !== undefined) {
      this.fail(failure);
      return;
    }
    this.answer.add(fieldsOf(chunk));
    // In JSON the ends of lines stand between values only, and here they would cut the chunk in two.
    this.write(`event: chunk\ndata: ${data.replace(/[\r\n]/g, ' ')}\n\n`);
  }

  private modelEnded(): void {
    // Not every model says DONE.
    if (this.answer.isFinished) this.finish();
    else this.fail(new ModelFailed('The stream broke off', this.details));
  }

  private finish(): void {
    if (this.isOver) return;
    const { requestId, servedEntity } = this.context;
    this.tell('done', {
      request_id: requestId,
      served_entity: servedEntity ?? null,
      execution_time_ms: this.elapsedMs(),
      usage: this.answer.usage ?? null,
    });
    this.over('SUCCESS', undefined);
    this.push(null);
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    const { correlationId, path } = this.context;
    this.tell('error', problemOf(failureOf(error, FAILURE_LIMITS), correlationId, path));
    this.over(error instanceof ModelTimedOut ? 'TIMEOUT' : 'ERROR', error);
    this.push(null);
  }

  private tell(name: string, data: object): void {
    this.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private write(text: string): void {
    if (this.isOver) return;
    this.push(text);
    if (this.readableLength > this.limits.readerBytes)
      this.destroy(new PlatformError('aborted', 'The client read the stream too slowly, so it was cut off'));
  }

  private over(status: StreamEnd['status'], error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.model.on('error', ignore).destroy();
    this.whenEnded({ status, answer: this.answer, error, executionTimeMs: this.elapsedMs() });
  }

  private elapsedMs(): number {
    return Math.round((performance.now() - this.context.began) * 10) / 10;
  }
}

/** Throws when it is no JSON: readers would stumble over it. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw new Error('A piece of the stream is not JSON');
  }
}

/** Failures come inside of a stream that began well: by name, or by what the platform says in place of a chunk. */
function failureIn(
  name: string,
  chunk: unknown,
  data: string,
  details: Readonly<Record<string, unknown>>,
): Error | undefined {
  if (typeof chunk !== 'object' || chunk === null)
    return new ModelAnswerUnusable('A piece of the stream is not an object');
  const { type, response, error_code: code, message, ...others } = fieldsOf(chunk);
  // An agent says by the type of an event that it failed, and why in the response that it would have been.
  const isFailure = type === 'error' || type === 'response.failed';
  const error = others['error'] ?? fieldsOf(response)['error'];
  if (name !== 'error' && !isFailure && code === undefined && (error === undefined || error === null)) return undefined;
  const inner = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const said = [message, inner].find((text) => typeof text === 'string') ?? data;
  const text = String(said).slice(0, 500);
  if (code === 'REQUEST_LIMIT_EXCEEDED' || code === 'RESOURCE_EXHAUSTED') return new ModelRateLimited(text, 1, details);
  return new ModelFailed(text, details);
}

function ignore(): void {
  // It is let go; how it ends is nobody's business any more.
}
