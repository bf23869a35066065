import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { DatabricksClients, Secret } from '@lakescope/databricks-client';
import { startWorkspace, type LocalWorkspace } from '@lakescope/databricks-emulator';
import { whoIs } from './developer';
import { DeveloperToken } from './developer-token';
import { WorkspaceRelay } from './workspace-relay';

/** Nothing listens there. */
const nobody = new URL('http://127.0.0.1:3');
const product = { name: 'lakescope-test', version: '0' };

/** A local workspace plays the real one. */
describe('a workspace whose app secret the developer does not have', () => {
  let state: string;
  let workspace: LocalWorkspace;
  let relay: WorkspaceRelay;
  const tokenOf = (token: string) =>
    new DeveloperToken({ origin: new URL(workspace.url), profile: undefined, token }, {});

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'lakescope-relay-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0 });
    relay = await WorkspaceRelay.start(new URL(workspace.url), tokenOf(workspace.personas.engineer.token), 0);
  });
  afterAll(async () => {
    await relay.close();
    await workspace.close();
    await rm(state, { recursive: true, force: true });
  });

  it('knows who the developer is, and refuses what is no token of it', async () => {
    const origin = new URL(workspace.url);
    const { engineer } = workspace.personas;
    expect(await whoIs(origin, tokenOf(engineer.token))).toMatchObject({
      userName: engineer.userName,
      workspaceId: workspace.workspaceId,
    });
    await expect(whoIs(origin, tokenOf('dapi-wrong'))).rejects.toThrow(/refuses the token\. Sign in again: databricks/);
    await expect(whoIs(nobody, tokenOf('x'))).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
  });

  it('gives the app the developer’s own token by the app’s own way of asking', async () => {
    const { id: clientId, secret } = relay.client;
    const clients = new DatabricksClients({
      host: relay.url,
      product,
      app: { clientId, clientSecret: new Secret(secret) },
    });
    try {
      expect(await clients.asApp().currentUser.me()).toMatchObject({ userName: workspace.personas.engineer.userName });
    } finally {
      await clients.close();
    }
  });

  it('gives it to nobody else', async () => {
    for (const authorization of ['', 'Basic', `Basic ${btoa(`${relay.client.id}:guessed`)}`, 'Bearer x']) {
      const answer = await fetch(`${relay.url}/oidc/v1/token`, {
        method: 'POST',
        headers: { authorization },
        body: 'grant_type=client_credentials',
      });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(workspace.personas.engineer.token);
    }
  });

  it('passes everybody’s own token on, up and down, with refusals as they are', async () => {
    const clients = new DatabricksClients({ host: relay.url, product });
    const as = (persona: 'engineer' | 'outsider') =>
      clients.asUser({ token: new Secret(workspace.personas[persona].token) });
    try {
      await workspace.createCatalog('c');
      await workspace.createSchema('c', 's');
      await workspace.createVolume('c', 's', 'v');
      const { userName } = workspace.personas.engineer;
      await workspace.grant('CATALOG', 'c', userName, ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME', 'WRITE_VOLUME']);
      const path = '/Volumes/c/s/v/größe 100%.bin';
      const content = Buffer.alloc(3_000_000, 'lakescope ');
      await as('engineer').files.upload(path, content, { overwrite: false });
      const { body } = await as('engineer').files.open(path);
      expect((await buffer(body)).equals(content)).toBe(true);
      await expect(as('outsider').files.open(path)).rejects.toMatchObject({ kind: 'permission_denied' });
    } finally {
      await clients.close();
    }
  });

  it('says so in the platform’s shape when the workspace is away', async () => {
    const away = await WorkspaceRelay.start(nobody, tokenOf('x'), 0);
    try {
      const answer = await fetch(`${away.url}/api/2.0/clusters/list`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ error_code: 'TEMPORARILY_UNAVAILABLE' });
    } finally {
      await away.close();
    }
  });
});
