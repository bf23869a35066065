import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabricksClients } from './databricks-clients';
import { defaults } from './defaults';
import { type PlatformError } from './platform-error';
import type { RetryPolicy } from './retry-policy';
import { Secret } from './secret';

const ONCE: RetryPolicy = { delaysMs: [], budgetMs: 1_000, waitWhenRateLimited: false };

/** The platform's side is a bare server, because the workspace does not go away and come back on one port. */
describe('a platform that is lost', () => {
  const ana: RequestListener = (_, response) => json(response, 200, '{"userName":"ana"}');
  let answer: RequestListener;
  let server: Server | undefined;
  let port = 0;
  let clients: DatabricksClients;

  beforeEach(async () => {
    answer = ana;
    await comeBack();
    clients = new DatabricksClients({ host: `http://127.0.0.1:${port}`, product: { name: 'x', version: '1' } });
  });

  afterEach(async () => {
    await clients.close();
    await goAway();
    port = 0;
  });

  it('is no longer waited for, and is found again within two seconds of its return', async () => {
    await goAway();
    for (let count = 0; count < defaults.circuit.failures; count++) await me();

    const refused = await me();
    expect(refused).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 1 });
    expect((refused as PlatformError).cause).toBeUndefined();

    await comeBack();
    const backAt = performance.now();
    let found: unknown;
    while (!isAna((found = await me())) && performance.now() - backAt < 10_000) await pause(20);
    expect(found).toEqual({ userName: 'ana' });
    expect(performance.now() - backAt).toBeLessThan(2_000);
  });

  it('fails a call in the middle of its tries as soon as it is known', async () => {
    await goAway();
    for (let count = 0; count < defaults.circuit.failures - 1; count++) await me();

    const refused = await clients
      .asUser({ token: new Secret('a') })
      .currentUser.me({ retry: { ...ONCE, delaysMs: [1, 60_000], budgetMs: 120_000 } })
      .catch((error: unknown) => error);

    expect(refused).toMatchObject({ kind: 'unavailable', message: 'The platform does not answer at the moment' });
  });

  it('is not what a refused token, a missing object or a limit look like', async () => {
    for (const status of [401, 403, 404, 429]) {
      answer = (_, response) => json(response, status, '{}');
      for (let count = 0; count < 2 * defaults.circuit.failures; count++) {
        expect(await me()).toMatchObject({ status });
      }
    }
  });

  it('is not what one broken API looks like', async () => {
    answer = (request, response) => json(response, request.url?.includes('scim') === true ? 500 : 200, '{}');

    for (let count = 0; count < defaults.circuit.failures; count++) expect(await me()).toMatchObject({ status: 500 });

    expect(await me()).toMatchObject({ kind: 'unavailable', status: undefined });
    const other = clients.asUser({ token: new Secret('a') }).unityCatalog.listCatalogsPage();
    await expect(other).resolves.toMatchObject({ items: [] });
  });

  function me(): Promise<unknown> {
    const asked = clients.asUser({ token: new Secret('a') }).currentUser.me({ retry: ONCE });
    return asked.catch((error: unknown) => error);
  }

  async function comeBack(): Promise<void> {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }

  async function goAway(): Promise<void> {
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
    server = undefined;
  }
});

function json(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function isAna(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'userName' in answer;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
