import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type { Pool } from 'undici';
import { Breaker } from './breaker';
import { AttemptFailed, failedAnswer, failedConnection } from './attempt-failed';
import { canBeSent, isAnswer, isIdempotent, isOutage, queryText, type Call } from './call';
import { CallClock } from './call-clock';
import { connectorOf } from './connector';
import { defaults } from './defaults';
import { Exchange, type AnswerHeaders, type Taken, type Wanted } from './exchange';
import { parseLossless } from './lossless-json';
import { PlatformError } from './platform-error';
import { defaultRetryPolicy, delayBeforeRetry } from './retry-policy';
import type { Secret } from './secret';
import { UploadContent } from './upload-content';

/** Whose credential a call carries, and how to get it when the call is made. */
export interface Credential {
  readonly actingAs: 'user' | 'app';
  authorization(): Promise<Secret> | Secret;
  refused?(token: Secret): void;
}

export type { Call, CallOptions } from './call';

export interface Answer<Body = Readable> {
  status: number;
  headers: AnswerHeaders;
  body: Body;
}

export interface TransportOptions {
  origin: URL;
  userAgent: string;
  correlationId?: () => string | undefined;
  /** Sockets to the host at once. */
  connections?: number;
  /** Resolves the host's name; connections use the very addresses it answers. */
  lookup?: LookupFunction;
}

/** The one place that talks HTTP to the platform: pool, deadlines, retries, error mapping. It knows no API of the platform. */
export class Transport {
  private pool: Pool | undefined;
  private opening: Promise<Pool> | undefined;
  private readonly breaker = new Breaker();

  constructor(private readonly options: TransportOptions) {}

  json<T>(credential: Credential | undefined, call: Call): Promise<T> {
    return this.withRetries(credential, call, whole(call), ({ content }) => parseBody(textOf(content), call) as T);
  }

  /** The body as it is, for who reads it in a way of its own. */
  text(credential: Credential | undefined, call: Call): Promise<string> {
    return this.withRetries(credential, call, whole(call), ({ content }) => textOf(content));
  }

  /** Headers only; the body is dropped. */
  head(credential: Credential | undefined, call: Call): Promise<Omit<Answer, 'body'>> {
    return this.withRetries(credential, call, NOTHING, ({ status, headers }) => ({ status, headers }));
  }

  bytes(credential: Credential, call: Call): Promise<Uint8Array> {
    return this.withRetries(credential, call, EVERYTHING, ({ content }) => content);
  }

  /** Status, headers and the whole body as it is, up to the call's `maximumBytes`. */
  answer(credential: Credential, call: Call): Promise<Answer<Buffer>> {
    return this.withRetries(credential, call, whole(call), ({ status, headers, content }) => ({
      status,
      headers,
      body: content,
    }));
  }

  /** Hands the body over as a stream: the deadline then covers the headers only, the signal covers the stream too. */
  async stream(credential: Credential | undefined, call: Call): Promise<Answer> {
    const { status, headers, body } = await this.open(credential, call, NEVER_WHOLE);
    return { status, headers, body: body instanceof Readable ? body : Readable.from([body]) };
  }

  /** As `stream`, but a body that says it has at most `wholeBytes` is there at once: a stream would cost more than the call. */
  open(
    credential: Credential | undefined,
    call: Call,
    wholeBytes: number = defaults.wholeBodyBytes,
  ): Promise<Answer<Readable | Buffer>> {
    return this.withRetries(credential, call, { as: 'stream', wholeBytes }, ({ status, headers, content, stream }) => ({
      status,
      headers,
      body: stream ?? content,
    }));
  }

  async close(): Promise<void> {
    const opening = this.opening;
    this.pool = this.opening = undefined;
    if (opening !== undefined) await (await opening).destroy();
  }

  private async withRetries<T>(
    credential: Credential | undefined,
    call: Call,
    wanted: Wanted,
    read: (taken: Taken) => T,
  ): Promise<T> {
    const policy = call.retry ?? defaultRetryPolicy;
    const clock = new CallClock(call.deadlineMs ?? defaults.callDeadlineMs, call.signal);
    let isStreaming = false;
    try {
      for (let attempt = 1; ; attempt++) {
        const outcome = await this.attempt(credential, call, clock, wanted, read);
        if (!(outcome instanceof AttemptFailed)) {
          isStreaming = outcome.isStreaming;
          return outcome.result;
        }
        const delay =
          canBeSent(call) && outcome.mayRepeat(isIdempotent(call))
            ? delayBeforeRetry(policy, outcome.error, attempt, clock.elapsedMs())
            : undefined;
        if (delay === undefined) throw outcome.error;
        await this.pause(delay, clock, outcome.error);
      }
    } finally {
      if (isStreaming) clock.stopDeadline();
      else clock.stop();
    }
  }

  private async pause(delayMs: number, clock: CallClock, failure: PlatformError): Promise<void> {
    if (await clock.passes(delayMs)) return;
    throw clock.abortedBy() === 'caller' ? new PlatformError('aborted', 'The call was aborted') : failure;
  }

  private async attempt<T>(
    credential: Credential | undefined,
    call: Call,
    clock: CallClock,
    wanted: Wanted,
    read: (taken: Taken) => T,
  ): Promise<{ result: T; isStreaming: boolean } | AttemptFailed> {
    const context = { operation: `${call.method} ${call.path}`, actingAs: credential?.actingAs ?? call.actingAs };
    const circuit = call.circuit ?? call.path;
    this.breaker.admit(circuit, context.operation);
    // The credential is fetched outside the try: its own failure has already been classified and retried.
    const given = credential?.authorization();
    const token = given instanceof Promise ? await given : given;
    try {
      const taken = await this.send(token, call, clock, wanted);
      if (isAnswer(taken.status, call)) {
        const result = read(taken);
        this.breaker.record(circuit, 'answered');
        return { result, isStreaming: taken.stream !== undefined };
      }
      this.breaker.record(circuit, isOutage(taken.status, call) ? 'server-error' : 'answered');
      const failed = failedAnswer(taken, textOf(taken.content), context);
      if (token !== undefined && TOKEN_REFUSED.has(failed.error.kind)) credential?.refused?.(token);
      return failed;
    } catch (error) {
      // Content that cannot be read says nothing about the platform.
      const unreadable = call.body instanceof UploadContent ? call.body.failure : undefined;
      if (unreadable !== undefined) return new AttemptFailed(unreadable, false);
      const unusable = error instanceof PlatformError;
      const endedBy = clock.abortedBy();
      if (unusable) this.breaker.record(circuit, 'answered');
      // A caller who leaves says nothing about the platform.
      else if (endedBy === undefined) this.breaker.record(circuit, 'unreachable');
      else if (endedBy === 'deadline' && call.outages === undefined) this.breaker.record(circuit, 'silent');
      return unusable ? new AttemptFailed(error, false) : failedConnection(error, endedBy, context);
    } finally {
      if (call.body instanceof UploadContent) call.body.close();
    }
  }

  private send(token: Secret | undefined, call: Call, clock: CallClock, wanted: Wanted): Promise<Taken> {
    const { pool } = this;
    if (pool !== undefined) return this.sendBy(pool, token, call, clock, wanted);
    return this.openPool().then((opened) => this.sendBy(opened, token, call, clock, wanted));
  }

  private sendBy(pool: Pool, token: Secret | undefined, call: Call, clock: CallClock, wanted: Wanted): Promise<Taken> {
    const body = bodyOf(call.body, clock);
    const exchange = new Exchange(wanted, clock, (status) => isAnswer(status, call), body);
    clock.ends(exchange);
    pool.dispatch(
      {
        method: call.method,
        path: call.path + (call.signature ?? queryText(call.query)),
        headers: this.headersOf(token, call),
        ...(body === undefined ? {} : { body }),
      },
      exchange,
    );
    return exchange.taken;
  }

  private headersOf(token: Secret | undefined, call: Call): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': this.options.userAgent, accept: 'application/json' };
    const correlationId = this.options.correlationId?.();
    if (correlationId !== undefined) headers['x-request-id'] = correlationId;
    if (token !== undefined) headers['authorization'] = `Bearer ${token.reveal()}`;
    Object.assign(headers, call.headers);
    const size = call.body instanceof UploadContent ? call.body.sizeBytes : undefined;
    // Known lengths are said, so that storage that refuses chunks of unknown number takes them.
    if (size !== undefined) headers['content-length'] = String(size);
    return headers;
  }

  private openPool(): Promise<Pool> {
    // Loading undici costs a tenth of a second, which the start of the process can do without.
    this.opening ??= import('undici').then(({ Pool: UndiciPool, buildConnector }) => {
      const pool = new UndiciPool(this.options.origin, {
        connections: this.options.connections ?? defaults.connections,
        keepAliveTimeout: defaults.keepAliveMs,
        bodyTimeout: defaults.streamIdleMs,
        headersTimeout: 0,
        connect: connectorOf(buildConnector, this.options.lookup),
      });
      this.pool = pool;
      return pool;
    });
    return this.opening;
  }
}

const TOKEN_REFUSED: ReadonlySet<PlatformError['kind']> = new Set(['unauthenticated', 'token_expired']);

const NOTHING: Wanted = { as: 'nothing' };
const EVERYTHING: Wanted = { as: 'bytes', maximumBytes: Infinity };
const NEVER_WHOLE = -1;

function whole({ maximumBytes = defaults.jsonBodyBytes, admit }: Call): Wanted {
  return { as: 'bytes', maximumBytes, admit };
}

function textOf(content: Buffer): string {
  return content.toString('utf8');
}

function bodyOf(body: Call['body'], clock: CallClock): string | Uint8Array | Readable | undefined {
  if (!(body instanceof UploadContent)) return body;
  const content = body.read(() => clock.progressed());
  return content instanceof Uint8Array ? content : Readable.from(content, { objectMode: false });
}

function parseBody(body: string, call: Call): unknown {
  // Success without a body is legal, and so is a JSON null.
  if (body.trim() === '') return {};
  try {
    return parseLossless(body) ?? {};
  } catch (cause) {
    throw new PlatformError('upstream', 'The platform answered with something that is not JSON', {
      operation: `${call.method} ${call.path}`,
      cause,
    });
  }
}
