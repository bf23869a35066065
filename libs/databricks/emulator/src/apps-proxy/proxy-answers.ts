import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
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
  if (wantsPage(request)) {
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

/** People get a page; programs get the platform's own shape, with a number as error code. */
export function answerRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  const requestId = randomUUID();
  if (wantsPage(request)) {
    const { html, headers } = page(
      'Refused',
      markup`<main><h1>Refused</h1><p>${message}</p><p><a href="/.local">Local workspace</a></p><small>${requestId}</small></main>`,
    );
    response.writeHead(status, headers).end(html);
    return;
  }
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(refusalBody(status, message, requestId));
}

/** For who wanted another protocol: there is no response yet, only the line. */
export function refuseUpgrade(
  socket: Duplex,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  const body = refusalBody(status, message, randomUUID());
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    'content-type: application/json',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  // Who has left already wants no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusalBody(status: number, message: string, requestId: string): string {
  return JSON.stringify({ error_code: status, message: `${message} [ReqId: ${requestId}]` });
}

/** A browser's navigation or form, rather than a program. */
export function wantsPage(request: IncomingMessage): boolean {
  return /\btext\/html\b/.test(request.headers.accept ?? '');
}
