import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ErrorCode } from './error-codes';
import { PROBLEM_TYPE, problemOf } from './problem';
import type { RequestEnds } from './request-ends';
import { isUnhurried } from './streamed-body';

const BY_NODE_CODE: Readonly<Record<string, { code: ErrorCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'HEADERS_TOO_LARGE', detail: 'The request headers are too large' },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'REQUEST_TIMEOUT', detail: 'The request did not arrive in time' },
};

/** What Node's parser refuses never becomes a request: the problem is written straight to the socket. */
export function answerOnSocket(ends: RequestEnds) {
  return (error: Error & { code?: string }, socket: Socket): void => answer(error, socket, ends);
}

function answer(error: Error & { code?: string }, socket: Socket, ends: RequestEnds): void {
  // Node does not ask twice for the same request.
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isUnhurried(socket)) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = BY_NODE_CODE[error.code ?? ''] ?? {
    code: 'INVALID_REQUEST' as const,
    detail: 'The request is not valid HTTP',
  };
  const correlationId = randomUUID();
  ends.refusedOnLine(socket, code, correlationId);
  const problem = problemOf({ code, detail, errorType: error.code ?? 'HttpParserError' }, correlationId, '');
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Correlation-ID: ${correlationId}`,
      'Cache-Control: no-store',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
