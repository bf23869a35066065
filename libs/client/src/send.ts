import { CallTime, pause, unlessAborted } from './call-time';
import { ConnectionFailure, LakescopeProblem, UnexpectedAnswer, failureOf } from './lakescope-problem';
import { factsOf, type AnswerKind, type Operation } from './operation';
import { addressOf, headersOf, isStream, payloadOf, type Given } from './request';
import { DEFAULT_RETRY, delayBeforeRetry, type RetryPolicy } from './retry-policy';

/** Where a client finds the app, who it is, and how patient it is. */
export interface LakescopeClientOptions {
  /** Where the app is deployed. */
  baseUrl: string;
  /**
   * An OAuth token of a user or service principal, asked for before each call; `clientCredentials` makes such a function. When a token
   * was refused because it has expired, it is asked once more and told which one.
   */
  token: (refused?: string) => Promise<string> | string;
  /** How often and how soon calls are tried again that may be. */
  retry?: Partial<RetryPolicy>;
  /** Most milliseconds of a call with all its tries and pauses; a file or a stream has to start within them. 120,000 if not given. */
  deadlineMs?: number;
  fetch?: typeof fetch;
  /**
   * Reads the JSON of answers; JSON.parse if not given, which rounds whole numbers beyond 2^53. Those are in predictions of models and in
   * inputs of the history; elsewhere they are texts.
   */
  parseJson?: (text: string) => unknown;
}

/** What may be said of one call. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Finds the call in the server's log: at most 64 letters, digits, dots, dashes and underscores. */
  correlationId?: string;
  /** Most milliseconds of this call with all its tries and pauses. */
  deadlineMs?: number;
  /**
   * Whether asking twice does what asking once does. The contract knows it of each operation; true says that it holds for this call,
   * as for usage events that carry an `event_id` each. Only then is a call tried again.
   */
  idempotent?: boolean;
}

const DEADLINE_MS = 120_000;

/** One call, with its retries. Rejects with a LakescopeProblem, an UnexpectedAnswer, a ConnectionFailure or the signal's reason. */
export async function send(
  client: LakescopeClientOptions,
  operation: Operation,
  given: Given,
  call: CallOptions,
): Promise<unknown> {
  const facts = factsOf(operation);
  const address = addressOf(client.baseUrl, facts.path, given);
  const time = new CallTime(call.deadlineMs ?? client.deadlineMs ?? DEADLINE_MS, call.signal);
  const policy = { ...DEFAULT_RETRY, ...client.retry };
  const canRepeat = !isStream(given.body);
  const isIdempotent = canRepeat && (call.idempotent ?? facts.isIdempotent);
  let refused: string | undefined;
  try {
    for (let tries = 1; ;) {
      const outcome = await tryOnce(client, { ...facts, address, refused, given, call, signal: time.signal });
      if ('answer' in outcome) return outcome.answer;
      const { failure, token } = outcome;
      time.signal.throwIfAborted();
      if (canRepeat && refused === undefined && token !== undefined && hasExpired(failure)) {
        refused = token;
        continue;
      }
      const delay = delayBeforeRetry({
        failure,
        tries,
        // Without a token nothing was asked of the app.
        isIdempotent: isIdempotent || token === undefined,
        remainingMs: time.remainingMs,
        policy,
        random: Math.random(),
      });
      if (delay === undefined) throw failure;
      await pause(delay, time.signal);
      tries += 1;
    }
  } finally {
    time.end();
  }
}

/** The app names an expired token; the platform's proxy in front of it has one answer to all that it does not let through. */
function hasExpired(failure: unknown): boolean {
  if (failure instanceof LakescopeProblem) return failure.code === 'AUTH_EXPIRED';
  return failure instanceof UnexpectedAnswer && failure.status === 401;
}

interface Try {
  method: string;
  answer: AnswerKind;
  address: string;
  refused: string | undefined;
  given: Given;
  call: CallOptions;
  signal: AbortSignal;
}

type Outcome = { answer: unknown } | { failure: unknown; token: string | undefined };

async function tryOnce(client: LakescopeClientOptions, one: Try): Promise<Outcome> {
  let token: string | undefined;
  try {
    token = await unlessAborted(one.signal, client.token(one.refused));
    const { response, text } = await exchange(client, one, token);
    return response.ok
      ? { answer: answerOf(response, text, one.answer, client.parseJson) }
      : { failure: failureOf(response, text), token };
  } catch (failure) {
    return { failure, token };
  }
}

/** The answer, and its text unless that is handed over as it comes. */
async function exchange(
  { fetch: ask = fetch }: LakescopeClientOptions,
  { method, address, answer, given, call, signal }: Try,
  token: string,
): Promise<{ response: Response; text: string }> {
  const payload = payloadOf(given.body);
  const headers = new Headers({
    accept: 'application/json, application/problem+json, */*',
    ...(payload === undefined ? {} : { 'content-type': payload.type }),
    ...(call.correlationId === undefined ? {} : { 'x-correlation-id': call.correlationId }),
    ...headersOf(given),
    authorization: `Bearer ${token}`,
  });
  try {
    const response = await ask(address, { ...payload?.init, method, headers, signal, redirect: 'manual' });
    return { response, text: response.ok && answer === 'response' ? '' : await response.text() };
  } catch (cause) {
    throw new ConnectionFailure(`${method} ${address} got no whole answer`, { cause });
  }
}

function answerOf(
  response: Response,
  text: string,
  kind: AnswerKind,
  parseJson: (text: string) => unknown = JSON.parse,
): unknown {
  if (kind === 'response') return response;
  if (kind === 'headers') return response.headers;
  if (kind === 'nothing') return undefined;
  const type = response.headers.get('content-type') ?? undefined;
  // A proxy that wants a sign-in answers 200 with a page of its own.
  if (type?.includes('json') !== true) throw new UnexpectedAnswer(response.status, type);
  try {
    return parseJson(text);
  } catch (cause) {
    throw new UnexpectedAnswer(response.status, type, undefined, { cause });
  }
}
