import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher, Pool } from 'undici';
import { Breaker } from './breaker';
import { AttemptFailed, failedAnswer, failedConnection } from './attempt-failed';
import { CallClock } from './call-clock';
import { defaults } from './defaults';
import { parseLossless } from './lossless-json';
import { PlatformError } from './platform-error';
import { defaultRetryPolicy, delayBeforeRetry, type RetryPolicy } from './retry-policy';
import type { Secret } from './secret';
import { UploadContent } from './upload-content';

/** Whose credential a call carries, and how to get it when the call is made. */
export interface Credential {
  readonly actingAs: 'user' | 'app';
  authorization(): Promise<Secret> | Secret;
  refused?(token: Secret): void;
}

export interface CallOptions {
  signal?: AbortSignal;
  retry?: RetryPolicy;
  deadlineMs?: number;
}

export interface Call extends CallOptions {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Already percent-encoded. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** The query of a signed link, `?` included, exactly as it was given. */
  signature?: string;
  headers?: Record<string, string>;
  /** Content that is streamed moves the deadline with every chunk, and is sent again only if it can be read again. */
  body?: string | UploadContent;
  /** Whose failures the call shares; default: those of its API family. */
  circuit?: string;
  /** A POST that may be sent twice without harm, e.g. because it carries a request id. */
  idempotent?: boolean;
  /** For calls that carry their own authorization: on whose behalf. */
  actingAs?: 'user' | 'app';
  /** Statuses besides 2xx that are an answer and no failure. */
  accept?: readonly number[];
  /** Where an answer that is read as a whole is given up; default: what a list page may have. */
  maximumBytes?: number;
}

export interface Answer {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: Readable;
}

export interface TransportOptions {
  origin: URL;
  userAgent: string;
  correlationId?: () => string | undefined;
  /** Resolves the host's name; connections use the very addresses it answers. */
  lookup?: LookupFunction;
}

/** The one place that talks HTTP to the platform: pool, deadlines, retries, error mapping. It knows no API of the platform. */
export class Transport {
  private pool: Promise<Pool> | undefined;
  private readonly breaker = new Breaker();

  constructor(private readonly options: TransportOptions) {}

  async json<T>(credential: Credential | undefined, call: Call): Promise<T> {
    return this.withRetries(credential, call, async (answer) => {
      const body = await readText(answer.body, call.maximumBytes ?? defaults.jsonBodyBytes);
      return parseBody(body, call) as T;
    });
  }

  /** The body as it is, for who reads it in a way of its own. */
  async text(credential: Credential | undefined, call: Call): Promise<string> {
    return this.withRetries(credential, call, (answer) =>
      readText(answer.body, call.maximumBytes ?? defaults.jsonBodyBytes),
    );
  }

  /** Headers only; the body is dropped. */
  async head(credential: Credential | undefined, call: Call): Promise<Answer> {
    return this.withRetries(credential, call, async (answer) => {
      await drain(answer.body);
      return answer;
    });
  }

  async bytes(credential: Credential, call: Call): Promise<Uint8Array> {
    return this.withRetries(credential, call, async (answer) => readAll(answer.body));
  }

  /** Hands the body over as a stream: the deadline then covers the headers only, the signal covers the stream too. */
  async stream(credential: Credential | undefined, call: Call): Promise<Answer> {
    return this.withRetries(credential, call, (answer) => Promise.resolve(answer), true);
  }

  async close(): Promise<void> {
    const pool = this.pool;
    this.pool = undefined;
    if (pool !== undefined) await (await pool).destroy();
  }

  private async withRetries<T>(
    credential: Credential | undefined,
    call: Call,
    read: (answer: Answer) => Promise<T>,
    streams = false,
  ): Promise<T> {
    const policy = call.retry ?? defaultRetryPolicy;
    const clock = new CallClock(call.deadlineMs ?? defaults.callDeadlineMs, call.signal);
    let handedOver = false;
    try {
      for (let attempt = 1; ; attempt++) {
        const outcome = await this.attempt(credential, call, clock, read);
        if (!(outcome instanceof AttemptFailed)) {
          handedOver = streams;
          return outcome;
        }
        const delay =
          canBeSent(call) && outcome.mayRepeat(isIdempotent(call))
            ? delayBeforeRetry(policy, outcome.error, attempt, clock.elapsedMs())
            : undefined;
        if (delay === undefined) throw outcome.error;
        await this.pause(delay, clock, outcome.error);
      }
    } finally {
      if (handedOver) clock.stopDeadline();
      else clock.stop();
    }
  }

  private async pause(delayMs: number, clock: CallClock, failure: PlatformError): Promise<void> {
    try {
      await sleep(delayMs, undefined, { signal: clock.signal });
    } catch {
      throw clock.abortedBy() === 'caller' ? new PlatformError('aborted', 'The call was aborted') : failure;
    }
  }

  private async attempt<T>(
    credential: Credential | undefined,
    call: Call,
    clock: CallClock,
    read: (answer: Answer) => Promise<T>,
  ): Promise<T | AttemptFailed> {
    const context = { operation: `${call.method} ${call.path}`, actingAs: credential?.actingAs ?? call.actingAs };
    const circuit = call.circuit ?? call.path;
    this.breaker.admit(circuit, context.operation);
    // The credential is fetched outside the try: its own failure has already been classified and retried.
    const token = await credential?.authorization();
    try {
      const answer = toAnswer(await this.send(token, call, clock));
      if (isSuccess(answer.status) || call.accept?.includes(answer.status) === true) {
        const result = await read(answer);
        this.breaker.record(circuit, 'answered');
        return result;
      }
      const body = await readText(answer.body, defaults.errorBodyBytes, true);
      this.breaker.record(circuit, answer.status >= 500 ? 'server-error' : 'answered');
      const failed = failedAnswer(answer, body, context);
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
      else if (endedBy !== 'caller') this.breaker.record(circuit, endedBy === 'deadline' ? 'silent' : 'unreachable');
      return unusable ? new AttemptFailed(error, false) : failedConnection(error, endedBy, context);
    } finally {
      if (call.body instanceof UploadContent) call.body.close();
    }
  }

  private async send(token: Secret | undefined, call: Call, clock: CallClock): Promise<Dispatcher.ResponseData> {
    const pool = await this.openPool();
    const correlationId = this.options.correlationId?.();
    return pool.request({
      method: call.method,
      path: call.path + (call.signature ?? queryText(call.query)),
      signal: clock.signal,
      highWaterMark: defaults.streamBufferBytes,
      headers: {
        'user-agent': this.options.userAgent,
        accept: 'application/json',
        ...(correlationId === undefined ? {} : { 'x-request-id': correlationId }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        ...call.headers,
        ...lengthHeader(call.body),
      },
      ...(call.body === undefined ? {} : { body: bodyOf(call.body, clock) }),
    });
  }

  private openPool(): Promise<Pool> {
    // Loading undici costs a tenth of a second, which the start of the process can do without.
    this.pool ??= import('undici').then(
      ({ Pool: UndiciPool }) =>
        new UndiciPool(this.options.origin, {
          connections: defaults.connections,
          keepAliveTimeout: defaults.keepAliveMs,
          bodyTimeout: defaults.streamIdleMs,
          headersTimeout: 0,
          // Explicit, so that no NODE_TLS_REJECT_UNAUTHORIZED in the environment can switch the check off.
          connect: {
            timeout: defaults.connectTimeoutMs,
            rejectUnauthorized: true,
            ...(this.options.lookup === undefined ? {} : { lookup: this.options.lookup }),
          },
        }),
    );
    return this.pool;
  }
}

const TOKEN_REFUSED: ReadonlySet<PlatformError['kind']> = new Set(['unauthenticated', 'token_expired']);

function toAnswer(response: Dispatcher.ResponseData): Answer {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return { status: response.statusCode, headers, body: response.body };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isIdempotent(call: Call): boolean {
  return call.idempotent ?? (call.method !== 'POST' && call.method !== 'PATCH');
}

function canBeSent({ body }: Call): boolean {
  return !(body instanceof UploadContent) || body.canBeSent;
}

function bodyOf(body: string | UploadContent, clock: CallClock): Dispatcher.DispatchOptions['body'] {
  if (typeof body === 'string') return body;
  const content = body.read(() => clock.progressed());
  return content instanceof Uint8Array ? content : Readable.from(content, { objectMode: false });
}

/** Known lengths are said, so that storage that refuses chunks of unknown number takes them. */
function lengthHeader(body: Call['body']): Record<string, string> {
  const size = body instanceof UploadContent ? body.sizeBytes : undefined;
  return size === undefined ? {} : { 'content-length': String(size) };
}

function queryText(query: Call['query']): string {
  if (query === undefined) return '';
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

async function readText(body: Readable, limit: number, cut = false): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= limit) continue;
    if (cut) break;
    throw new PlatformError('upstream', `The platform's answer is larger than ${limit} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readAll(body: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function drain(body: Readable): Promise<void> {
  for await (const chunk of body) void chunk;
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
