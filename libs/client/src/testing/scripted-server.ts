import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ErrorCode } from '@lakescope/contract';

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void;

/** A server on a real port that answers one request after the other as told, to see what a client makes of the wire. */
export class ScriptedServer {
  readonly asked: Asked[] = [];
  private script: Answer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => {
      scripted.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What the next requests get; the last answer stays. */
  will(...answers: Answer[]): void {
    this.asked.length = 0;
    this.script = answers;
  }

  /** Cuts all connections, as an app that dies. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const asked = { method, url, headers, body: await text(request) };
    this.asked.push(asked);
    const [next] = this.script.length > 1 ? this.script.splice(0, 1) : this.script;
    next?.(response, asked);
  }
}

export function json(body: unknown, status = 200): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function problem(code: ErrorCode, status: number, headers: Record<string, string> = {}): Answer {
  const document = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    detail: `It was ${code}.`,
    instance: '/',
    error_code: code,
    correlation_id: 'the-one',
    technical_details: { error_type: 'Scripted' },
    retry_after: null,
  };
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify(document));
}

export function page(status: number, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html></html>');
}

/** The connection ends without an answer. */
export const gone: Answer = (response) => response.destroy();

/** Headers and half of a body, then nothing. */
export const half: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"a":');
  setTimeout(() => response.destroy(), 5);
};

/** Takes the request and says nothing. */
export const silent: Answer = () => undefined;
