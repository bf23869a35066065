import { Client } from 'pg';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import type { ContractClient } from './contract-client';
import { contractTargets, type ContractWorkspace } from './contract-workspace';
import { CLIENTS, itWhere } from './given-clients';

const TARGETS = contractTargets(process.env).filter(({ offers }) => offers.has('database'));

describe.each(TARGETS)('the database of $name', (target) => {
  let workspace: ContractWorkspace;

  beforeAll(async () => {
    workspace = await target.start({ withDatabase: true });
  }, 60_000);
  afterAll(() => workspace.close());

  describe.each(CLIENTS)('by $client', ({ withToken }) => {
    let client: ContractClient;

    beforeAll(() => {
      client = withToken(workspace.host, workspace.token);
    });
    afterAll(() => client.close());

    const logIn = async (password: string): Promise<Client> => {
      const { host, port, user, database, ca } = workspace.database;
      const session = new Client({ host, port, user, database, password, ssl: ca === undefined ? true : { ca } });
      await session.connect();
      return session;
    };

    it('gets a password for a Provisioned instance, with the moment it ends, and logs in with it', async () => {
      const { password, expiresAt } = await client.databasePassword(workspace.database.instance);
      const session = await logIn(password);

      expect(expiresAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect((await session.query('SELECT session_user AS me')).rows).toEqual([{ me: workspace.database.user }]);
      await session.end();
    });

    itWhere(target, 'endpoint')('gets one for an Autoscaling endpoint, whose end has another name', async () => {
      const clients = new DatabricksClients({ host: workspace.host, product: { name: 'contract', version: '0' } });
      const { endpoint } = workspace.database;

      const { token, expiresAt } = await clients
        .asUser({ token: new Secret(workspace.token) })
        .database.generateEndpointCredential({ endpoint });
      const session = await logIn(token.reveal());

      expect(expiresAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
      await session.end();
      await clients.close();
    });

    itWhere(target, 'expired-password')(
      'may not log in when its password has expired, while a session from before goes on',
      async () => {
        const { password } = await client.databasePassword(workspace.database.instance);
        const session = await logIn(password);

        await expect(logIn(workspace.database.expiredPassword)).rejects.toMatchObject({ code: '28P01' });
        expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
        await session.end();
      },
    );
  });
});
