import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { refusal } from '../testing/given-s3';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask } from '../testing/given-workspace';
import { GivenLakebase } from '../testing/given-lakebase';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startAppsProxy } from './apps-proxy';
import type { FrontDoor } from './front-door';

interface TokenAnswer {
  persona: string;
  subject: string;
  scopes: string[];
  expires_at: string;
  token_id: string;
  state: string;
}

describe('the page of the local workspace', () => {
  let lakebase: GivenLakebase;
  let workspace: LocalWorkspace;
  let proxy: FrontDoor;
  const app = createServer((request, response) => {
    const { headers } = request;
    response.end(
      JSON.stringify([headers['x-forwarded-email'], headers.cookie ?? '', headers['x-forwarded-access-token']]),
    );
  });

  beforeAll(async () => {
    lakebase = await GivenLakebase.start();
    workspace = lakebase.workspace;
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const target = new URL(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    proxy = await startAppsProxy({ port: 0, target, workspace, postgresFaults: lakebase.gateway.faults });
  });

  afterEach(async () => {
    workspace.faults.clear();
    workspace.s3.faults.clear();
    await lakebase.gateway.faults.heal();
    await lakebase.endClients();
  });

  afterAll(async () => {
    await proxy.close();
    app.closeAllConnections();
    await new Promise((resolve) => app.close(resolve));
    await lakebase.stop();
  });

  /** As the browser sends a form. */
  function send(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${proxy.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: proxy.url, accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers },
      body: new URLSearchParams(fields),
    });
  }

  /** As a program does. */
  function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${proxy.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function page(path = '/.local'): Promise<string> {
    return (await fetch(`${proxy.url}${path}`)).text();
  }

  async function forwardedToken(): Promise<string> {
    const [, , token = ''] = (await (await fetch(proxy.url)).json()) as string[];
    return token;
  }

  it('lets in its own style and script and nothing else, and never shows a token', async () => {
    const response = await fetch(`${proxy.url}/.local`);
    const html = await response.text();
    const script = await fetch(`${proxy.url}/.local/local.js`);

    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'self'; connect-src 'self'; form-action 'self'/,
    );
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/style="| on[a-z]+="|dapi|eyJ/);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('hands nothing below /.local to the app', async () => {
    expect((await fetch(`${proxy.url}/.local/anything`)).status).toBe(404);
    expect((await fetch(`${proxy.url}/.local/constructor`)).status).toBe(404);
  });

  describe('personas', () => {
    it('are remembered in a cookie that scripts and other sites cannot use', async () => {
      const response = await send('/.local/persona', { persona: 'analyst' });
      const cookie = response.headers.get('set-cookie') ?? '';

      expect(response.status).toBe(303);
      expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
      const seen = await fetch(proxy.url, { headers: { cookie: `theme=dark; ${cookie.split(';')[0]}` } });
      expect(await seen.json()).toEqual([
        workspace.personas.analyst.userName,
        'theme=dark',
        expect.any(String) as unknown,
      ]);
    });

    it('are listed with who is signed in, without a token', async () => {
      const response = await fetch(`${proxy.url}/.local/personas`, { headers: { 'x-local-persona': 'engineer' } });
      const text = await response.text();

      expect(JSON.parse(text)).toMatchObject({ current: 'engineer', personas: { length: 4 } });
      expect(JSON.parse(text)).toMatchObject({
        personas: expect.arrayContaining([
          {
            name: 'outsider',
            user_name: workspace.personas.outsider.userName,
            display_name: 'Oscar Quinn',
            groups: [],
          },
        ]) as unknown,
      });
      expect(text).not.toContain('dapi');
    });

    it('that do not exist are refused', async () => {
      expect((await send('/.local/persona', { persona: 'root' })).status).toBe(400);
    });

    it.each([
      ['/delta?path=x', '/delta?path=x'],
      ['//evil.example.com', '/'],
      ['/\\evil.example.com', '/'],
      ['https://evil.example.com', '/'],
    ])('go back to %s only when it is a page of the app', async (returnTo, location) => {
      const answer = await send('/.local/persona', { persona: 'admin', return_to: returnTo });

      expect(answer.headers.get('location')).toBe(location);
    });

    it('keep where they are to go back to', async () => {
      expect(await page('/.local?return_to=%2Fdelta')).toContain('name="return_to" value="/delta"');
    });

    it('change their groups, for the workspace too', async () => {
      const answer = await send('/.local/groups', { persona: 'outsider', groups: ' Night Shift, analysts,, ' });
      const { token } = workspace.personas.outsider;
      const me = (await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token })).json<{
        groups: { display: string }[];
      }>();
      await call('POST', '/.local/groups', { persona: 'outsider', groups: [] });

      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/.local#personas']);
      expect(me.groups.map(({ display }) => display).toSorted()).toEqual(['Night Shift', 'analysts']);
      expect(workspace.personas.outsider.groups).toEqual([]);
    });
  });

  it('shows a few of a thousand groups', async () => {
    await workspace.setGroups(
      'outsider',
      Array.from({ length: 1_000 }, (_, number) => `group ${number}`),
    );
    const html = await page();
    await workspace.setGroups('outsider', []);

    expect(html).toContain(' and 995 more</small>');
  });

  describe('the token', () => {
    const token = async () => (await (await fetch(`${proxy.url}/.local/token`)).json()) as TokenAnswer;

    it('says what the app is told, as the workspace issued it', async () => {
      const claims = await workspace.verify(await forwardedToken());

      expect(await token()).toMatchObject({
        persona: 'admin',
        subject: workspace.personas.admin.userName,
        scopes: claims?.scopes,
        expires_at: claims?.expiresAt?.toISOString(),
        token_id: claims?.tokenId,
        state: 'valid',
      });
    });

    it('is refused once it is revoked, goes on being forwarded, and is replaced by a new one', async () => {
      const before = await forwardedToken();
      await send('/.local/token', { action: 'revoke' });
      const revoked = await token();

      expect(revoked.state).toBe('revoked');
      expect(await forwardedToken()).toBe(before);
      expect(await workspace.verify(before)).toBeUndefined();
      await send('/.local/token', { action: 'renew' });
      expect((await token()).state).toBe('valid');
      expect(await workspace.verify(await forwardedToken())).toBeDefined();
    });

    it('can be over at once', async () => {
      await call('POST', '/.local/token', { action: 'expire' });
      const answer = await ask(workspace, '/api/2.0/preview/scim/v2/Me', { token: await forwardedToken() });

      expect((await token()).state).toBe('expired');
      expect(answer.json()['message']).toContain('expired');
      expect(await page()).toContain('<span class="bad">expired</span>');
      await call('POST', '/.local/token', { action: 'renew' });
    });

    it('of one persona is not touched by what happens to another’s', async () => {
      await call('POST', '/.local/token', { action: 'revoke' }, { 'x-local-persona': 'analyst' });

      expect((await token()).state).toBe('valid');
      await call('POST', '/.local/token', { action: 'renew' }, { 'x-local-persona': 'analyst' });
    });

    it('carries the scopes users consented to, anew after the next sign-in', async () => {
      const asked = workspace.app.userApiScopes;
      workspace.setAppScopes(asked, ['files']);
      const still = (await token()).scopes;
      await call('POST', '/.local/token', { action: 'renew' });
      const now = (await token()).scopes;
      workspace.setAppScopes(asked);
      await call('POST', '/.local/token', { action: 'renew' });

      expect(still).toContain('unity-catalog');
      expect(now).toContain('files');
      expect(now).not.toContain('unity-catalog');
    });
  });

  describe('faults', () => {
    const me = () =>
      ask(workspace, '/api/2.0/preview/scim/v2/Me', { token: workspace.personas.admin.token }).then(
        ({ status }) => status,
      );

    it('are planned by the form, shown, and removed', async () => {
      const answer = await send('/.local/faults', {
        method: 'GET',
        pathPrefix: '/api/2.0/preview',
        status: '503',
        delayMs: '5',
        times: '2',
        cut: '',
        principal: 'admin',
        afterHandler: 'true',
      });
      const html = await page();
      const statuses = [await me(), await me(), await me()];
      const [{ id = '' } = {}] = workspace.faults.list();
      await send('/.local/faults/remove', { id });

      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/.local#faults']);
      expect(html).toContain('only for admin, after the work is done, wait 5 ms, answer 503');
      expect(statuses).toEqual([503, 503, 200]);
      expect(workspace.faults.list()).toEqual([]);
    });

    it('are planned for the app alone', async () => {
      await send('/.local/faults', { status: '500', principal: workspace.servicePrincipal.clientId });

      expect(await page()).toContain('only for the app, answer 500');
      expect(await me()).toBe(200);
    });

    it('are planned by a button', async () => {
      await send('/.local/faults', { preset: 'identity-500' });

      expect(await me()).toBe(500);
      await send('/.local/faults/clear', {});
      expect(await me()).toBe(200);
    });

    it('of streams are planned by button and form', async () => {
      await send('/.local/faults', { preset: 'stream-stall' });
      await send('/.local/faults', { pathPrefix: '/serving-endpoints/', stream: 'error', afterEvents: '2' });

      const html = await page();

      expect(html).toContain('the stream falls silent after 5 events');
      expect(html).toContain('an error inside of the stream after 2 events');
      expect(workspace.faults.list()).toMatchObject([{ stream: 'stall' }, { stream: 'error', afterEvents: 2 }]);
    });

    it('are planned, listed and cleared by programs', async () => {
      const planned = await call('POST', '/.local/faults', { pathPrefix: '/api/2.0/preview', status: 429 });
      const { id } = (await planned.json()) as { id: string };
      const listed = (await (await call('GET', '/.local/faults')).json()) as { faults: unknown[] };
      const removed = await call('DELETE', `/.local/faults/${id}`);
      const again = await call('DELETE', `/.local/faults/${id}`);

      expect(planned.status).toBe(201);
      expect(listed.faults).toEqual([expect.objectContaining({ id, status: 429, hits: 0 })]);
      expect([removed.status, again.status]).toEqual([204, 404]);
      expect((await call('DELETE', '/.local/faults')).status).toBe(204);
    });

    it('of object storage are planned by button, form and program, beside those of the REST API', async () => {
      const { url, region, rootKeys } = workspace.s3;
      const client = new S3Client({ endpoint: url, region, credentials: rootKeys, maxAttempts: 1 });
      const put = () => client.send(new PutObjectCommand({ Bucket: 'lakescope-lake', Key: 'k/a', Body: 'x' }));
      await send('/.local/faults', { preset: 's3-slow-down' });

      expect(await refusal(put())).toEqual({ code: 'SlowDown', status: 503 });
      expect(await me()).toBe(200);
      expect(await page()).toContain('<td>storage</td>');
      await send('/.local/faults/clear', {});
      await send('/.local/faults', { service: 's3', pathPrefix: '/lakescope-lake/k/', status: '500', times: '1' });
      expect(await refusal(put())).toEqual({ code: 'InternalError', status: 500 });
      await put();
      const planned = await call('POST', '/.local/faults', { service: 's3', cut: 'connection' });
      const { id, service } = (await planned.json()) as { id: string; service: string };
      await expect(put()).rejects.toThrow();
      expect([service, (await call('DELETE', `/.local/faults/${id}`)).status]).toEqual(['s3', 204]);
      await put();
      client.destroy();
    });

    it.each([
      [{ service: 'moon', status: '500' }, 'service must be one of workspace, s3'],
      [{ status: '99' }, 'status must be between 200 and 599'],
      [{ delayMs: 'soon' }, 'delayMs must be a non-negative integer'],
      [{ status: '' }, 'A fault says at least one thing'],
      [{ preset: 'constructor' }, 'preset must be one of'],
      [{ status: '500', times: '0' }, 'times must be at least 1'],
      [{ status: '500', method: 'FOO' }, 'method must be one of GET'],
      [{ status: '500', pathPrefix: 'nope' }, 'pathPrefix must begin with /'],
      [{ afterEvents: '2' }, 'afterEvents goes with stream'],
      [{ stream: 'error', status: '500' }, 'stream goes with neither status, cut nor token'],
      [{ stream: 'loud' }, 'stream must be one of error, stall, cut'],
      [{ status: '500', principal: 'ghost' }, 'principal: there is nobody called ghost'],
    ])('that cannot be are refused on the page: %j', async (fields, reason) => {
      const answer = await send('/.local/faults', fields);

      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain(`role="alert">${reason}`);
      expect(workspace.faults.list()).toEqual([]);
    });

    it('sent as a form by a program are answered as to a program', async () => {
      const headers = { accept: 'application/json' };
      const refused = await send('/.local/faults', { status: '99' }, headers);
      const planned = await send('/.local/faults', { status: '500', principal: 'analyst' }, headers);

      expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error_code: 400 })]);
      expect([planned.status, await planned.json()]).toEqual([201, expect.objectContaining({ status: 500, hits: 0 })]);
    });

    it('that cannot be are refused to programs in the platform’s shape', async () => {
      const answer = await call('POST', '/.local/faults', { status: 'bad' });

      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error_code: 400 });
      expect((await call('POST', '/.local/faults', 'text')).status).toBe(400);
    });
  });

  describe('database faults', () => {
    const plan = (body: unknown) => call('POST', '/.local/postgres-faults', body);

    it('are planned by programs and healed', async () => {
      const planned = await plan({ kind: 'reject-credentials', times: 2 });
      await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: '28P01' });
      const listed = (await (await call('GET', '/.local/postgres-faults')).json()) as unknown;
      const healed = await call('DELETE', '/.local/postgres-faults');

      expect(planned.status).toBe(201);
      expect(listed).toEqual({ faults: [{ kind: 'reject-credentials', times: 2, hits: 1 }] });
      expect(healed.status).toBe(204);
      await expect(lakebase.logInAs('admin')).resolves.toBeDefined();
    });

    it('are planned by buttons and shown', async () => {
      await send('/.local/postgres-faults', { preset: 'refuse' });
      const html = await page();
      await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await send('/.local/postgres-faults/heal', {});

      expect(html).toContain('new connections are refused; sessions still open go on');
      expect(await page()).toContain('The database is well.');
    });

    it('take the database away at once, from open sessions too, by one button', async () => {
      const session = await lakebase.logInAs('admin');
      const answer = await send('/.local/postgres-faults', { preset: 'away' });

      expect(answer.status).toBe(303);
      await expect(session.query('SELECT 1')).rejects.toBeDefined();
      await expect(lakebase.logInAs('admin')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });

    it('say how many sessions they hit', async () => {
      await lakebase.logInAs('admin');
      const answer = await plan({ kind: 'kill-sessions' });

      expect(await answer.json()).toMatchObject({ sessions: expect.any(Number) as unknown, faults: [] });
    });

    it.each([
      [{ kind: 'explode' }],
      [{}],
      [{ kind: 'reject-credentials', times: 0 }],
      [{ kind: 'refuse-logins', sql_state: "'; drop" }],
      [{ preset: 'toString' }],
    ])('refuse %j', async (body) => {
      expect((await plan(body)).status).toBe(400);
      expect(lakebase.gateway.faults.list()).toEqual([]);
    });

    it('put the endpoint to sleep', async () => {
      await lakebase.endClients();
      const answer = await call('POST', '/.local/suspend', {});

      expect(await answer.json()).toEqual({ suspended: true });
    });
  });

  describe('requests and gaps', () => {
    it('are shown as text, with the persona who asked', async () => {
      const { token } = workspace.personas.engineer;
      await ask(workspace, '/api/2.0/no-such-api/%3Cb%3E', { token });
      await ask(workspace, '/api/2.0/database/instances/lakescope-local', { token });
      const html = await page();

      expect(html).toContain('/api/2.0/no-such-api/');
      expect(html).toContain('does not have them');
      expect(html).toContain('>/api/2.0/database/instances/:name<');
      expect(html).toMatch(/<td title="erik\.sandoval@lakescope\.example">engineer<\/td>/);
      expect(html).not.toContain('<b>');
    });

    it('are told to programs', async () => {
      const requests = (await (await call('GET', '/.local/requests')).json()) as { total: number; requests: unknown[] };
      const gaps = (await (await call('GET', '/.local/gaps')).json()) as { gaps: unknown[] };

      expect(requests.total).toBe(requests.requests.length);
      expect(gaps.gaps.length).toBeGreaterThan(0);
    });
  });

  describe('keeps strangers out', () => {
    const elsewhere = { origin: 'https://example.com' };

    it.each(['/.local', '/.local/token', '/.local/faults', '/.local/postgres-faults', '/.local/requests'])(
      'of %s, whatever they bring along',
      async (path) => {
        const read = await fetch(`${proxy.url}${path}`, { headers: elsewhere });
        const withToken = await fetch(`${proxy.url}${path}`, { headers: { ...elsewhere, authorization: 'Bearer x' } });

        expect([read.status, withToken.status]).toEqual([403, 403]);
      },
    );

    it.each(['/.local/token', '/.local/faults', '/.local/postgres-faults', '/.local/groups', '/.local/suspend'])(
      'of %s by form',
      async (path) => {
        const answer = await send(path, { action: 'revoke', preset: 'refuse', persona: 'admin' }, elsewhere);

        expect(answer.status).toBe(403);
        expect(lakebase.gateway.faults.list()).toEqual([]);
      },
    );

    it('who send too much', async () => {
      expect((await send('/.local/groups', { persona: 'admin', groups: 'x'.repeat(20_000) })).status).toBe(413);
    });
  });
});
