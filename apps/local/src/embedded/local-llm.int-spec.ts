import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkspace, type LocalWorkspace } from '@lakescope/databricks-emulator';
import { LaunchError } from '../launch-error';
import { localLlm, serveLocalLlm } from './local-llm';

describe('a language model of one’s own', () => {
  let state: string;
  let workspace: LocalWorkspace;
  let server: Server;
  let url: string;
  let keys: (string | undefined)[];

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'lakescope-llm-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0, servingDeployMilliseconds: 5 });
    keys = [];
    server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      request.resume();
      request.on('end', () => response.setHeader('content-type', 'application/json').end('{"choices":[]}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(async () => {
    await workspace.close();
    server.closeAllConnections();
    server.close();
    rmSync(state, { recursive: true, force: true });
  });

  const ask = async (): Promise<number> => {
    const answer = await fetch(`${workspace.url}/serving-endpoints/local-llm/invocations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.personas.analyst.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hi' }] }),
    });
    return answer.status;
  };

  it('is served at local-llm with the key of the environment, follows it, and goes with it', async () => {
    const environment = { LOCAL_LLM_URL: url, LOCAL_LLM_MODEL: 'tiny', LOCAL_LLM_API_KEY: 'sk-1' };
    await serveLocalLlm(workspace, localLlm(environment));
    const statuses = [await ask()];
    await serveLocalLlm(workspace, localLlm({ ...environment, LOCAL_LLM_API_KEY: 'sk-2' }));
    statuses.push(await ask());
    await serveLocalLlm(workspace, localLlm({ LOCAL_LLM_URL: url }));
    statuses.push(await ask());
    await serveLocalLlm(workspace, localLlm({}));
    statuses.push(await ask());

    expect(statuses).toEqual([200, 200, 200, 404]);
    expect(keys).toEqual(['Bearer sk-1', 'Bearer sk-2', undefined]);
  });

  it.each(['localhost:11434', 'ftp://models', 'models', 'http://me:secret@models/v1', 'http://models/v1?key=x'])(
    'is refused at %s',
    (address) => {
      expect(() => localLlm({ LOCAL_LLM_URL: address })).toThrow(LaunchError);
    },
  );
});
