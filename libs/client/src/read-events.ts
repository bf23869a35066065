import { pause } from './call-time';
import { ConnectionFailure, UnexpectedAnswer } from './lakescope-problem';
import { DEFAULT_RETRY, isPassing } from './retry-policy';
import type { CallOptions } from './send';
import { SseParser, type ServerSentEvent } from './sse-parser';

/** A stream of the contract: a function that answers with the response to be read. */
export type Streams<Parameters> = (parameters: Parameters, options?: CallOptions) => Promise<Response>;

/** How a stream is read. */
export interface StreamOptions extends CallOptions {
  /** Goes on after the event with this id, also one that another process has read. */
  lastEventId?: string;
  /** A connection that brings nothing for so many ms is lost; the server sends something every 15 s. 45,000 if not given. */
  silenceMs?: number;
  /** Pause in ms before a lost connection is made anew, until the server says another. 1,000 if not given. */
  reconnectMs?: number;
  /**
   * How many connections in a row may bring no event before the failure is handed on, those not counted that the server ended after
   * more than `silenceMs`. 5 if not given.
   */
  attempts?: number;
}

/**
 * The events of a stream. A stream whose events have ids is taken up again where it was when the connection is lost, or when the server
 * ends it; it is over when the server answers 204, or when you leave the loop. One without ids, as of a chat, cannot be: it is over when
 * the server ends it, and a lost connection rejects with a ConnectionFailure. Leaving the loop closes the connection.
 */
export async function* readEvents<Parameters extends object>(
  stream: Streams<Parameters>,
  parameters: Parameters,
  { lastEventId = '', silenceMs = 45_000, reconnectMs = 1_000, attempts = 5, ...call }: StreamOptions = {},
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const state = { id: lastEventId, pauseMs: reconnectMs };
  for (let barren = 1; ; barren += 1) {
    let failure: unknown;
    try {
      const response = await stream(resuming(parameters, state.id), call);
      if (response.status === 204) return;
      const openedAt = performance.now();
      for await (const event of eventsOf(response, { state, silenceMs, signal: call.signal })) {
        barren = 0;
        yield event;
      }
      if (state.id === '') return;
      // The server ends a quiet stream after a while, too: one that lived on heartbeats so long was no failure.
      if (performance.now() - openedAt >= silenceMs) barren = 0;
    } catch (error) {
      call.signal?.throwIfAborted();
      if (state.id === '' || !isPassing(error)) throw error;
      failure = error;
    }
    if (barren >= attempts) throw failure ?? new ConnectionFailure(`${attempts} connections in a row brought no event`);
    // Never at once: all readers of a server that restarts have lost their connections at one moment.
    const spread = Math.min(DEFAULT_RETRY.maxMs, state.pauseMs * 2 ** (barren - 1));
    await pause(state.pauseMs + Math.random() * spread, call.signal);
  }
}

function resuming<Parameters extends object>(parameters: Parameters, id: string): Parameters {
  if (id === '') return parameters;
  const { headers } = parameters as { headers?: object };
  return { ...parameters, headers: { ...headers, 'Last-Event-ID': id } };
}

interface Connection {
  state: { id: string; pauseMs: number };
  silenceMs: number;
  signal: AbortSignal | undefined;
}

async function* eventsOf(
  response: Response,
  { state, silenceMs, signal }: Connection,
): AsyncGenerator<ServerSentEvent> {
  const type = response.headers.get('content-type') ?? undefined;
  if (response.body === null || type?.startsWith('text/event-stream') !== true) {
    await response.body?.cancel();
    throw new UnexpectedAnswer(response.status, type);
  }
  const ready: ServerSentEvent[] = [];
  const parser = new SseParser({
    lastEventId: state.id,
    onEvent: (event) => void ready.push(event),
    onRetry: (milliseconds) => (state.pauseMs = milliseconds),
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader, silenceMs, signal);
      if (done) return;
      parser.push(decoder.decode(value, { stream: true }));
      for (const event of ready.splice(0)) {
        state.id = event.id;
        yield event;
      }
      state.id = parser.lastEventId;
    }
  } finally {
    // The connection may be broken already, which is why it is left.
    reader.cancel().catch(() => undefined);
  }
}

async function withinSilence(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
  signal: AbortSignal | undefined,
): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectionFailure(`Nothing came for ${silenceMs} ms`)), silenceMs);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ConnectionFailure) throw cause;
    throw new ConnectionFailure('The stream was cut', { cause });
  } finally {
    clearTimeout(timer);
  }
}
