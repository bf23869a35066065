import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer given in place of the workspace's. */
export interface StandIn {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Stands between a client and a workspace, any workspace: it counts what is asked, and answers the next request itself
 * when told to. So what a real workspace does only when it is overloaded can be had from every one.
 */
export class Front {
  readonly asked: string[] = [];
  private readonly standIns: StandIn[] = [];

  private constructor(
    private readonly server: Server,
    private readonly origin: URL,
  ) {}

  static async before(host: string): Promise<Front> {
    const server = createServer();
    const front = new Front(server, new URL(host));
    server.on('request', (request, response) => void front.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answerNext(...standIns: readonly StandIn[]): void {
    this.standIns.push(...standIns);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method ?? ''} ${(request.url ?? '').split('?')[0] ?? ''}`);
    const body = await bodyOf(request);
    const standIn = this.standIns.shift();
    if (standIn !== undefined) {
      response.writeHead(standIn.status, { 'content-type': 'application/json', ...standIn.headers }).end(standIn.body);
      return;
    }
    const answer = await fetch(new URL(request.url ?? '/', this.origin), {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const type = answer.headers.get('content-type') ?? 'application/json';
    response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
