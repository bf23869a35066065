import {
  request as startRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { hasBody, requestHeaders, responseHeaders } from './forwarded-headers';
import type { ForwardedIdentity } from './forwarded-identity';

export interface ExchangeLimits {
  /** No byte in either direction for this long ends the exchange. */
  readonly idleMilliseconds: number;
  /** Nothing lasts longer, heartbeats or not. */
  readonly absoluteMilliseconds: number;
}

/** What went wrong before the app answered; afterwards all that can be done is to cut the line. */
export type ExchangeFailure = 'unreachable' | 'broken' | 'timed-out';

/**
 * One request and its response, passed on byte by byte as they come. The limits are those measured on the platform's
 * proxy (databricks/appkit #292, #318): 120 s idle and 300 s in all.
 */
export class Exchange {
  private idle: NodeJS.Timeout | undefined;
  private upstream: ClientRequest | undefined;
  private readonly end: NodeJS.Timeout;
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

  forward(target: URL, agent: Agent, identity: ForwardedIdentity): void {
    if (this.done) return;
    const headers = requestHeaders(this.request, identity);
    this.send(target, agent, headers, true);
  }

  private send(target: URL, agent: Agent, headers: ReturnType<typeof requestHeaders>, mayRetry: boolean): void {
    const upstream = startRequest({
      host: target.hostname,
      port: target.port,
      method: this.request.method,
      path: this.request.url,
      headers,
      agent,
    });
    this.upstream = upstream;
    upstream.setNoDelay(true);
    upstream.once('response', (answer) => this.passBack(answer));
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      // A pooled connection may have been closed by the app just as it was picked up; nothing was handled then.
      if (mayRetry && upstream.reusedSocket && error.code === 'ECONNRESET' && !hasBody(this.request) && !this.done) {
        this.send(target, agent, headers, false);
      } else this.fail(error.code === 'ECONNREFUSED' ? 'unreachable' : 'broken');
    });
    if (hasBody(this.request)) this.request.pipe(upstream);
    else upstream.end();
  }

  private passBack(answer: IncomingMessage): void {
    this.touch();
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
    clearTimeout(this.idle);
    clearTimeout(this.end);
    if (!this.response.writableFinished) this.upstream?.destroy();
  }
}
