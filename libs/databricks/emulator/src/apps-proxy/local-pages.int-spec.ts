import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startWorkspace } from '../workspace/start-workspace';
import { startAppsProxy, type AppsProxy } from './apps-proxy';

describe('the sign-in of the local workspace', () => {
  let state: string;
  let workspace: LocalWorkspace;
  let proxy: AppsProxy;
  const app = createServer((request, response) => {
    response.end(JSON.stringify([request.headers['x-forwarded-email'], request.headers.cookie ?? '']));
  });

  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'lakescope-sign-in-'));
    workspace = await startWorkspace({ stateDirectory: state, port: 0 });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const target = new URL(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    proxy = await startAppsProxy({ port: 0, target, workspace });
  });

  afterAll(async () => {
    await proxy.close();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  function choose(fields: Record<string, string>): Promise<Response> {
    return fetch(`${proxy.url}/.local/persona`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: proxy.url },
      body: new URLSearchParams(fields),
    });
  }

  it('remembers the chosen persona in a cookie that scripts and other sites cannot use', async () => {
    const response = await choose({ persona: 'analyst' });
    const cookie = response.headers.get('set-cookie') ?? '';

    expect(response.status).toBe(303);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    const seen = await fetch(proxy.url, { headers: { cookie: `theme=dark; ${cookie.split(';')[0]}` } });
    expect(await seen.json()).toEqual([workspace.personas.analyst.userName, 'theme=dark']);
  });

  it('lists the personas and says who is signed in, without a token', async () => {
    const response = await fetch(`${proxy.url}/.local/personas`, { headers: { 'x-local-persona': 'engineer' } });
    const text = await response.text();

    expect(JSON.parse(text)).toMatchObject({ current: 'engineer', personas: { length: 4 } });
    expect(JSON.parse(text)).toMatchObject({
      personas: expect.arrayContaining([
        { name: 'outsider', user_name: workspace.personas.outsider.userName, display_name: 'Oscar Quinn', groups: [] },
      ]) as unknown,
    });
    expect(text).not.toContain('dapi');
  });

  it('refuses a persona that does not exist', async () => {
    expect((await choose({ persona: 'root' })).status).toBe(400);
  });

  it.each([
    ['/delta?path=x', '/delta?path=x'],
    ['//evil.example.com', '/'],
    ['/\\evil.example.com', '/'],
    ['https://evil.example.com', '/'],
  ])('goes back to %s only when it is a page of the app', async (returnTo, location) => {
    expect((await choose({ persona: 'admin', return_to: returnTo })).headers.get('location')).toBe(location);
  });

  it('shows the requests to the workspace and the gaps, under a policy that allows no script', async () => {
    await fetch(`${workspace.url}/api/2.0/no-such-api/<b>`, {
      headers: { authorization: `Bearer ${workspace.personas.admin.token}` },
    });

    const response = await fetch(`${proxy.url}/.local`);
    const html = await response.text();

    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('/api/2.0/no-such-api/');
    expect(html).toContain('does not have them');
    expect(html).not.toContain('<b>');
    expect(html).not.toMatch(/<script|style="|dapi/);
  });

  it('hands nothing below /.local to the app', async () => {
    expect((await fetch(`${proxy.url}/.local/anything`)).status).toBe(404);
  });
});
