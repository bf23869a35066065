import { setTimeout as delay } from 'node:timers/promises';
import { refused, type ContractClient } from './contract-client';
import { contractTargets, type ContractWorkspace } from './contract-workspace';
import { Front } from './front';
import { CLIENTS, itWhere } from './given-clients';

describe.each(contractTargets(process.env))('$name', (target) => {
  let workspace: ContractWorkspace;
  let expired: { token: string; since: number };

  beforeAll(async () => {
    workspace = await target.start();
    expired = { token: await createToken(workspace, 1), since: Date.now() + 1500 };
  });
  afterAll(() => workspace.close());

  describe.each(CLIENTS)('asked by $client', ({ withToken, asApp }) => {
    const clients: ContractClient[] = [];

    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
    });

    const given = (client: ContractClient): ContractClient => {
      clients.push(client);
      return client;
    };
    it('is somebody with nothing but a personal access token', async () => {
      expect(await given(withToken(workspace.host, workspace.token)).me()).toMatch(/.@./);
    });

    itWhere(target, 'app')(
      'is the app with its client id and secret, by the address that discovery gives',
      async () => {
        expect(await given(asApp(workspace.host, workspace.app)).me()).toBe(workspace.app.clientId);
      },
    );

    itWhere(target, 'app')('is nobody with a wrong secret, and says so at its first call', async () => {
      const client = given(asApp(workspace.host, { ...workspace.app, clientSecret: 'wrong' }));

      await expect(client.me()).rejects.toThrow(/client|credential|authenticat|Unauthorized|401/i);
    });

    it('is refused with 403 and no code of a permission when its personal access token has expired', async () => {
      const client = given(withToken(workspace.host, expired.token));
      await delay(Math.max(0, expired.since - Date.now()));

      const refusal = await refused(client, client.me());

      expect(refusal.status).toBe(403);
      expect(refusal.code).not.toBe('PERMISSION_DENIED');
    });

    itWhere(target, 'outsider')('is refused with 403 and PERMISSION_DENIED where it only lacks a right', async () => {
      const client = given(withToken(workspace.host, workspace.outsider));

      expect(await refused(client, client.volumes(workspace.catalog, workspace.schema, 0))).toEqual({
        status: 403,
        code: 'PERMISSION_DENIED',
      });
    });

    itWhere(target, 'narrow-token')(
      'may not run SQL with a token that lacks its scope, and reads which it is',
      async () => {
        const client = given(withToken(workspace.host, workspace.narrowToken));
        const request = { warehouse_id: workspace.warehouseId, statement: 'SELECT 1' };

        const refusal = await client.execute(request).then(
          () => undefined,
          (error: unknown) => error as Error,
        );

        expect(client.refusalOf(refusal)?.status).toBe(403);
        expect(refusal?.message).toMatch(/scopes?: ?sql/);
        expect(await client.me()).toMatch(/./);
      },
    );

    it('comes back once when it is told to wait, and is answered', async () => {
      const front = await Front.before(workspace.host);
      const client = given(withToken(front.url, workspace.token));
      front.answerNext({
        status: 429,
        body: JSON.stringify({ error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'Slow down.' }),
        headers: { 'retry-after': '1' },
      });
      const from = performance.now();

      await expect(client.me()).resolves.toMatch(/./);
      expect(front.asked).toHaveLength(2);
      expect(performance.now() - from).toBeGreaterThan(900);
      await front.close();
    });

    it('does not ask again for what will not get better', async () => {
      const front = await Front.before(workspace.host);
      const client = given(withToken(front.url, workspace.token));

      const missing = await refused(client, client.columnsOf(`${workspace.catalog}.${workspace.schema}.no_such_table`));

      expect(missing.status).toBe(404);
      expect(front.asked).toHaveLength(1);
      await front.close();
    });
  });
});

async function createToken(workspace: ContractWorkspace, lifetimeSeconds: number): Promise<string> {
  const answer = await fetch(`${workspace.host}/api/2.0/token/create`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ lifetime_seconds: lifetimeSeconds, comment: 'contract suite' }),
  });
  return ((await answer.json()) as { token_value: string }).token_value;
}
