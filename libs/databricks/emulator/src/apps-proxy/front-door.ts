import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange, type ExchangeLimits } from './exchange';
import { ProxyRefusal, type ForwardedIdentity } from './forwarded-identity';
import type { OwnPages } from './own-pages';
import { answerFailure, answerRefusal, refuseUpgrade } from './proxy-answers';
import { ReplicaPool, type Replicas } from './replica-pool';

export interface FrontDoorOptions extends Partial<ExchangeLimits> {
  /** 0: any free port. */
  readonly port: number;
  /** Where the app listens, or the processes that it runs as. */
  readonly target: URL | Replicas;
  /** Says as whom a request is passed on; a `ProxyRefusal` is answered to whoever sent it. */
  readonly identityOf: (request: IncomingMessage) => Promise<ForwardedIdentity>;
  /** What the proxy answers itself. */
  readonly pages?: readonly OwnPages[];
}

export interface FrontDoor {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const defaultLimits: ExchangeLimits = { idleMilliseconds: 120_000, absoluteMilliseconds: 300_000 };
/** Names that mean this machine. Any other in `Host` is a page that made its own name point here (DNS rebinding). */
const loopbackHost = /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

const CANNOT_HANDLE = { status: 500, message: 'The local proxy could not handle this request.' };

/** What stands in front of an app on the platform: says who is calling, and limits how long anything may take. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const limits = {
    idleMilliseconds: options.idleMilliseconds ?? defaultLimits.idleMilliseconds,
    absoluteMilliseconds: options.absoluteMilliseconds ?? defaultLimits.absoluteMilliseconds,
  };
  const agent = new Agent({ keepAlive: true });
  const pages = options.pages ?? [];
  const upgrading = (request: IncomingMessage): OwnPages | undefined =>
    pages.find((page) => page.upgrades?.(pathOf(request)));
  const replicas = options.target instanceof URL ? new ReplicaPool([options.target]) : options.target;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    refuseForeigners(request);
    const path = pathOf(request);
    const own = pages.find((page) => page.owns(path));
    if (own !== undefined) return own.answer(path, request, response);
    const exchange = new Exchange(request, response, limits, (failure) => answerFailure(request, response, failure));
    exchange.forward(replicas, agent, await options.identityOf(request));
  }

  // What nobody here takes over goes to the app as a request like any other.
  const shouldUpgradeCallback = (request: IncomingMessage): boolean => upgrading(request) !== undefined;
  const server = createServer({ requestTimeout: 0, noDelay: true, shouldUpgradeCallback }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ProxyRefusal) answerRefusal(request, response, error);
      else answerRefusal(request, response, CANNOT_HANDLE);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    try {
      refuseForeigners(request);
      upgrading(request)?.upgrade?.(request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, error instanceof ProxyRefusal ? error : CANNOT_HANDLE);
    }
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
      await Promise.all(pages.map((page) => page.close?.()));
      server.closeAllConnections();
      agent.destroy();
      replicas.close();
      await closed;
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
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
