import type { ServerResponse } from 'node:http';

/** The script of one of our own pages. */
export function answerScript(response: ServerResponse, script: string): void {
  response
    .writeHead(200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(script);
}
