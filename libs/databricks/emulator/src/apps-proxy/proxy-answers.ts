import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeFailure } from './exchange';
import { markup } from './markup';
import { page } from './page';

const failures: Readonly<Record<ExchangeFailure, { status: number; title: string; detail: string }>> = {
  unreachable: {
    status: 503,
    title: 'App not available',
    detail: 'The app is starting or has stopped. This page tries again.',
  },
  broken: { status: 502, title: 'Bad gateway', detail: 'The app closed the connection before it answered.' },
  'timed-out': {
    status: 504,
    title: 'Gateway timeout',
    detail: 'The app did not answer within the time the proxy allows.',
  },
};

/** A page for people, a problem document (RFC 9457) for programs. */
export function answerFailure(request: IncomingMessage, response: ServerResponse, failure: ExchangeFailure): void {
  const { status, title, detail } = failures[failure];
  const retry: Record<string, string> = status === 503 ? { 'retry-after': '2' } : {};
  if (/\btext\/html\b/.test(request.headers.accept ?? '')) {
    const body = page(title, markup`<main><h1>${title}</h1><p>${detail}</p><p><a href="">Try again</a></p></main>`, {
      refreshSeconds: status === 503 ? 2 : undefined,
    });
    response.writeHead(status, { ...body.headers, ...retry }).end(body.html);
    return;
  }
  const problem = { type: 'about:blank', title, status, detail };
  response
    .writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...retry })
    .end(JSON.stringify(problem));
}

/** The platform's proxy answers for itself in the platform's own shape, with a number as error code. */
export function answerRefusal(response: ServerResponse, status: number, message: string): void {
  const body = { error_code: status, message: `${message} [ReqId: ${randomUUID()}]` };
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
