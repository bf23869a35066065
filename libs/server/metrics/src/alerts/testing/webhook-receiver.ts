import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** A status, a status with headers, or no answer at all. */
export type ReceiverAnswer = number | 'silence' | { status: number; headers: Record<string, string> };

/** Takes messages as a chat service would, and answers what a test says. */
export class WebhookReceiver {
  readonly received: ReceivedMessage[] = [];
  /** What comes next; then 204. */
  answers: ReceiverAnswer[] = [];
  connections = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', () => this.connections++);
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        receiver.received.push({
          path: request.url ?? '',
          headers: request.headers,
          text: body,
          body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
        });
        const answer = receiver.answers.shift() ?? 204;
        if (answer === 'silence') return;
        const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
        response.writeHead(status, headers).end('thank you');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}/hooks/canary-of-the-url`;
  }

  forget(): void {
    this.received.length = 0;
    this.answers = [];
    this.connections = 0;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    this.server.closeAllConnections();
    await closed;
  }
}
