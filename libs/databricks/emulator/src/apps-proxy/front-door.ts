import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange, type ExchangeLimits } from './exchange';
import { ProxyRefusal, type ForwardedIdentity } from './forwarded-identity';
import { answerFailure, answerRefusal } from './proxy-answers';

export interface FrontDoorOptions extends Partial<ExchangeLimits> {
  /** 0: any free port. */
  readonly port: number;
  /** Where the app listens. */
  readonly target: URL;
  /** Says as whom a request is passed on; a `ProxyRefusal` is answered to whoever sent it. */
  readonly identityOf: (request: IncomingMessage) => Promise<ForwardedIdentity>;
  /** Pages that the proxy answers itself. */
  readonly pages?: OwnPages;
}

export interface OwnPages {
  owns(path: string): boolean;
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export interface FrontDoor {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const defaultLimits: ExchangeLimits = { idleMilliseconds: 120_000, absoluteMilliseconds: 300_000 };
/** Names that mean this machine. Any other in `Host` is a page that made its own name point here (DNS rebinding). */
const loopbackHost = /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** What stands in front of an app on the platform: says who is calling, and limits how long anything may take. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const limits = {
    idleMilliseconds: options.idleMilliseconds ?? defaultLimits.idleMilliseconds,
    absoluteMilliseconds: options.absoluteMilliseconds ?? defaultLimits.absoluteMilliseconds,
  };
  const agent = new Agent({ keepAlive: true });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    refuseForeigners(request);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (options.pages?.owns(path)) return options.pages.answer(path, request, response);
    const exchange = new Exchange(request, response, limits, (failure) => answerFailure(request, response, failure));
    exchange.forward(options.target, agent, await options.identityOf(request));
  }

  const server = createServer({ requestTimeout: 0, noDelay: true }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ProxyRefusal) answerRefusal(request, response, error);
      else {
        answerRefusal(request, response, {
          status: 500,
          message: 'The local proxy could not handle this request.',
        });
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/**
 * Here everybody is signed in without a password, so a page of another origin must not be able to act: the platform's
 * session cookie (SameSite) does this there.
 */
function refuseForeigners(request: IncomingMessage): void {
  const { host = '', origin, authorization } = request.headers;
  const isLocalPage = /^\/\.local(\/|\?|$)/.test(request.url ?? '');
  if (!loopbackHost.test(host)) throw new ProxyRefusal(403, 'The local workspace answers to localhost only.');
  const reading = ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '');
  // A program brings its own token to the app; `/.local` asks for none, so there every strange page is refused.
  if (origin === undefined || (!isLocalPage && (reading || authorization !== undefined))) return;
  if (origin !== `http://${host}`) throw new ProxyRefusal(403, 'Requests from pages of another origin are refused.');
}
