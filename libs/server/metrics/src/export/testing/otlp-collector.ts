import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

export type Reaction = (response: ServerResponse) => void;

/** An OTLP collector on this machine that keeps what it gets, and answers as a suite wants it to. */
export class OtlpCollector {
  readonly received: Received[] = [];
  private reactions: Reaction[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        collector.received.push({ path: request.url ?? '', headers: request.headers, body, at: performance.now() });
        (collector.reactions.shift() ?? answer(200, '{}'))(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get endpoint(): URL {
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  /** The next requests are answered like this, those after them with success. */
  reacts(...reactions: Reaction[]): void {
    this.reactions = reactions;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

export function answer(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Reaction {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

/** Takes what is sent and says nothing. */
export const SILENCE: Reaction = () => undefined;
