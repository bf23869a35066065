import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestApi } from './testing/test-api';

/** Everything that answers without an identity, reviewed line by line. */
const OPEN_ROUTES = [
  'GET /api/v1/user/auth/status',
  'GET /docs',
  'GET /docs/assets/:name',
  'GET /docs/assets/start.js',
  'GET /docs/errors',
  'GET /health',
  'GET /openapi.json',
  'GET /ready',
];

describe('the routes of the server', () => {
  let api: TestApi;
  let webRoot: string;

  beforeAll(async () => {
    webRoot = mkdtempSync(join(tmpdir(), 'lakescope-web-'));
    mkdirSync(join(webRoot, 'media'));
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Lakescope</title><ls-root></ls-root>');
    writeFileSync(join(webRoot, 'main-ABCD1234.js'), 'export {};');
    writeFileSync(join(webRoot, 'favicon.ico'), 'icon');
    api = await TestApi.start({ database: false, webRoot });
  });

  afterAll(async () => {
    await api.stop();
    rmSync(webRoot, { recursive: true, force: true });
  });

  it('are closed unless they are listed as open', async () => {
    const open = [];
    for (const { method, url } of api.routes.routes) {
      const response = await fetch(api.url + url.replace(/:\w+/g, 'x'), {
        method,
        ...(method === 'GET' || method === 'HEAD'
          ? {}
          : { body: '{}', headers: { 'Content-Type': 'application/json' } }),
      });
      await response.body?.cancel();
      if (response.status !== 401) open.push(`${method} ${url}`);
    }

    expect(open.sort()).toEqual(OPEN_ROUTES);
  });

  it('are all in the contract, as far as they belong to the API', async () => {
    const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = api.routes.routes
      .filter(({ url }) => !/^\/(?:docs|openapi)/.test(url))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);

    expect(served.sort()).toEqual(documented.sort());
  });

  it.each(['/', '/files', '/delta/inspector?path=/Volumes/demo/lake/tables/a.b/'])(
    'give the app to the browser at %s',
    async (path) => {
      const response = await fetch(api.url + path);

      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('let the browser keep what has a hash in its name', async () => {
    const response = await fetch(`${api.url}/main-ABCD1234.js`);

    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('do not give a page for an asset that is not there', async () => {
    const response = await fetch(`${api.url}/main-00000000.js`);

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
  });

  it.each(['constructor', '__proto__', 'package.json'])('have no asset %s of the documentation', async (name) => {
    const response = await fetch(`${api.url}/docs/assets/${name}`);

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
  });

  it('carry strict headers, and keep API answers out of caches', async () => {
    const page = await fetch(`${api.url}/`);
    const answer = await fetch(`${api.url}/api/v1/user/auth/status`, { headers: { 'X-Forwarded-Proto': 'https' } });

    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('strict-transport-security')).toBeNull();
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('let a page add only styles that carry the nonce of this very answer', async () => {
    const pages = await Promise.all([1, 2].map(() => fetch(`${api.url}/files`, { headers: { 'If-None-Match': '*' } })));
    const nonces = [];
    for (const page of pages) {
      const policy = page.headers.get('content-security-policy') ?? '';
      const nonce = /style-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1];
      expect(policy).not.toContain('unsafe-inline');
      expect(await page.text()).toContain(`<ls-root ngCspNonce="${nonce}">`);
      expect(page.headers.get('etag')).toBeNull();
      nonces.push(nonce);
    }

    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('show the documentation with nothing from outside and no inline script', async () => {
    const page = await (await fetch(`${api.url}/docs`)).text();
    const scripts = [...page.matchAll(/<script[^>]*>([^<]*)/g)];
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');

    expect(scripts.map(([, inline]) => inline)).toEqual(['', '']);
    for (const address of addresses) {
      expect(address).toMatch(/^\/docs\//);
      expect((await fetch(api.url + address)).status).toBe(200);
    }
  });
});
