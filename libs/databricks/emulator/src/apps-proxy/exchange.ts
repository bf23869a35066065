import {
  request as startRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { hasBody, requestHeaders, responseHeaders } from './forwarded-headers';
import type { ForwardedIdentity } from './forwarded-identity';
import type { Replica, Replicas } from './replica-pool';

export interface ExchangeLimits {
  /** No byte in either direction for this long ends the exchange. */
  readonly idleMilliseconds: number;
  /** Nothing lasts longer, heartbeats or not. */
  readonly absoluteMilliseconds: number;
}

/** What went wrong before the app answered; afterwards all that can be done is to cut the line. */
export type ExchangeFailure = 'unreachable' | 'broken' | 'timed-out';

/** Where a request may go. */
interface Way {
  readonly replicas: Replicas;
  /** False: by a connection of its own. */
  readonly agent: Agent | false;
  readonly headers: OutgoingHttpHeaders;
}

/**
 * One request and its response, passed on byte by byte as they come. The limits are those measured on the platform's
 * proxy (databricks/appkit #292, #318): 120 s idle and 300 s in all.
 *
 * A replica that takes no connection has got nothing, so another one is asked in its place. One that has got the request may have worked on
 * it: then only what may be done twice is asked again.
 */
export class Exchange {
  private idle: NodeJS.Timeout | undefined;
  private upstream: ClientRequest | undefined;
  private readonly end: NodeJS.Timeout;
  /** Tells the replica that works on it that nothing more is waited for. */
  private leave = (): void => undefined;
  private done = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly limits: ExchangeLimits,
    private readonly onFailure: (failure: ExchangeFailure) => void,
  ) {
    this.end = setTimeout(() => this.fail('timed-out'), limits.absoluteMilliseconds);
    this.touch();
    response.once('close', () => this.finish());
    request.on('data', () => this.touch());
    request.pause();
  }

  forward(replicas: Replicas, agent: Agent, identity: ForwardedIdentity): void {
    if (this.done) return;
    this.send({ replicas, agent, headers: requestHeaders(this.request, identity) }, [], 'unreachable');
  }

  /** `failure` is what is said when nobody is left to ask. */
  private send(way: Way, tried: readonly Replica[], failure: ExchangeFailure): void {
    this.leave();
    const replica = way.replicas.next(tried);
    if (replica === undefined) return this.fail(failure);
    this.leave = replica.begin();
    const { agent, headers } = way;
    const { method, url: path } = this.request;
    const { hostname: host, port } = replica.url;
    const upstream = startRequest({ host, port, method, path, headers, agent });
    this.upstream = upstream;
    upstream.setNoDelay(true);
    let isConnected = false;
    upstream.once('socket', (socket) => {
      const begin = (): void => {
        isConnected = true;
        if (hasBody(this.request)) this.request.pipe(upstream);
        else upstream.end();
      };
      // Not a byte of the body is taken before somebody is there to get it.
      if (socket.connecting) socket.once('connect', begin);
      else begin();
    });
    upstream.once('response', (answer) => this.passBack(answer));
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (this.done || this.response.headersSent) return this.fail('broken');
      if (!isConnected) {
        way.replicas.isAway(replica);
        this.send(way, [...tried, replica], error.code === 'ECONNREFUSED' ? 'unreachable' : 'broken');
      } else if (!this.mayRepeat) this.fail('broken');
      // A pooled connection may have been closed just as it was picked up: that says nothing about the replica.
      else if (upstream.reusedSocket) this.send({ ...way, agent: false }, tried, 'broken');
      else this.send(way, [...tried, replica], 'broken');
    });
  }

  /** Whether it does no harm if two replicas work on it. */
  private get mayRepeat(): boolean {
    return ['GET', 'HEAD', 'OPTIONS'].includes(this.request.method ?? '') && !hasBody(this.request);
  }

  private passBack(answer: IncomingMessage): void {
    this.touch();
    // Its reader takes it up again elsewhere, so nobody waits for its end.
    if (this.request.method === 'GET' && isEventStream(answer)) this.leave();
    this.response.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer));
    // The head goes out now: an event stream may have nothing to say for a while.
    this.response.flushHeaders();
    answer.on('data', () => this.touch());
    answer.on('error', () => this.fail('broken'));
    answer.pipe(this.response);
  }

  private touch(): void {
    if (this.done) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.fail('timed-out'), this.limits.idleMilliseconds);
  }

  private fail(failure: ExchangeFailure): void {
    if (this.done) return;
    const answered = this.response.headersSent;
    this.finish();
    if (!answered) this.onFailure(failure);
    // A cut line is the only way left to say that the response is not whole.
    else this.response.destroy();
  }

  /** Also when the client left: the app then hears of it at once and can stop working. */
  private finish(): void {
    if (this.done) return;
    this.done = true;
    this.leave();
    clearTimeout(this.idle);
    clearTimeout(this.end);
    if (!this.response.writableFinished) this.upstream?.destroy();
  }
}

function isEventStream({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('text/event-stream') === true;
}
