import { randomBytes } from 'node:crypto';
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { endToEndHeaders, isSameSecret, responseHeaders } from '@lakescope/databricks-emulator';
import type { DeveloperToken } from './developer-token';

const TOKEN_PATH = '/oidc/v1/token';
const DISCOVERY_PATH = '/oidc/.well-known/oauth-authorization-server';

/**
 * Stands between the API and a real workspace whose app secret the developer does not have: everything is passed on as it
 * is, but the token the API asks for as the app is the developer's own. Only the API knows the pair it asks with.
 */
export class WorkspaceRelay {
  readonly client = { id: 'local-developer', secret: randomBytes(32).toString('base64url') };
  private readonly server = createServer({ requestTimeout: 0, noDelay: true }, (request, response) => {
    void this.answer(request, response);
  });

  private constructor(
    private readonly origin: URL,
    private readonly token: DeveloperToken,
  ) {}

  /** `port` 0: any free one. */
  static async start(origin: URL, token: DeveloperToken, port: number): Promise<WorkspaceRelay> {
    const relay = new WorkspaceRelay(origin, token);
    await new Promise<void>((resolve, reject) => {
      relay.server.once('error', reject);
      relay.server.listen(port, '127.0.0.1', resolve);
    });
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    try {
      if (path === DISCOVERY_PATH) {
        return send(response, 200, { issuer: `${this.url}/oidc`, token_endpoint: this.url + TOKEN_PATH });
      }
      if (path === TOKEN_PATH) return await this.answerToken(request, response);
      await this.passOn(request, response);
    } catch (error) {
      if (response.headersSent) return void response.destroy();
      send(response, 503, { error_code: 'TEMPORARILY_UNAVAILABLE', message: `The relay: ${(error as Error).message}` });
    }
  }

  /** The answer of OAuth's client credentials (RFC 6749 4.4.3) to whoever has this run's pair. */
  private async answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ');
    const expected = Buffer.from(`${this.client.id}:${this.client.secret}`).toString('base64');
    if (scheme !== 'Basic' || !isSameSecret(given, expected)) {
      return send(response, 401, { error: 'invalid_client', error_description: 'Client authentication failed' });
    }
    const token = await this.token.current();
    send(response, 200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.token.remainingSeconds,
      scope: 'all-apis',
    });
  }

  private async passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = this.origin.protocol === 'https:' ? tlsRequest : plainRequest;
    const upstream = start(this.origin, {
      method: request.method,
      path: request.url,
      headers: { ...endToEndHeaders(request, (name) => name === 'host'), host: this.origin.host },
    });
    // Whoever asked has left: nobody wants the answer.
    response.once('close', () => upstream.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      upstream.once('error', reject);
    });
    const sent = pipeline(request, upstream);
    // The workspace may answer before it has read everything, and then closes the line.
    sent.catch(() => undefined);
    const answer = await answered;
    response.writeHead(answer.statusCode ?? 502, responseHeaders(answer));
    await pipeline(answer, response);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
