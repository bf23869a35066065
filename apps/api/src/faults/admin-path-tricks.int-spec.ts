import { connect } from 'node:net';
import { TestApi, type Persona } from '../testing/test-api';
import { adminRoutes } from './admin-routes';

interface RawAnswer {
  status: number;
  code: string | undefined;
  body: string;
}

/** Spellings of a path that a router, a proxy or a prefix guard may take for another one than its neighbour does. */
const TRICKS: readonly (readonly [name: string, spell: (path: string, host: string) => string])[] = [
  ['as it is', (path) => path],
  ['a doubled slash in front', (path) => `/${path}`],
  ['a doubled slash inside', (path) => path.replace('/v1/', '/v1//')],
  ['a doubled slash before the last segment', (path) => path.replace(/\/([^/]+)$/, '//$1')],
  ['/./ in front', (path) => `/.${path}`],
  ['/./ inside', (path) => path.replace('/v1/', '/v1/./')],
  ['/../ from a public route', (path) => `/health/..${path}`],
  ['/../ inside', (path) => path.replace('/v1/', '/v1/user/../')],
  ['%2e%2e inside', (path) => path.replace('/v1/', '/v1/user/%2e%2e/')],
  ['a matrix parameter at the end', (path) => `${path};x`],
  ['a matrix parameter inside', (path) => path.replace('/v1/', '/v1;x=/')],
  ['%2f instead of a slash', (path) => path.replace('/v1/', '/v1%2f')],
  ['%2F instead of the last slash', (path) => path.replace(/\/([^/]+)$/, '%2F$1')],
  ['%5c instead of a slash', (path) => path.replace('/v1/', '/v1%5c')],
  ['a backslash instead of a slash', (path) => path.replace('/v1/', '/v1\\')],
  ['%00 at the end', (path) => `${path}%00`],
  ['%00 inside', (path) => path.replace('/v1/', '/v1/%00')],
  ['a slash at the end', (path) => `${path}/`],
  ['upper case', (path) => path.toUpperCase()],
  ['upper case of the last segment', (path) => path.replace(/[^/]+$/, (last) => last.toUpperCase())],
  ['%6d for m', (path) => path.replace('m', '%6d')],
  ['every letter encoded', (path) => path.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
  ['%256d, encoded twice', (path) => path.replace('m', '%256d')],
  ['a slash of full width', (path) => path.replace('/v1/', '/v1%ef%bc%8f')],
  ['a space at the end', (path) => `${path}%20`],
  ['a dot at the end', (path) => `${path}.`],
  ['a file ending', (path) => `${path}.json`],
  ['a query that looks like another path', (path) => `${path}?/../../../health`],
  ['an absolute URI of this host', (path, host) => `http://${host}${path}`],
  ['an absolute URI of another host', (path) => `http://elsewhere.example${path}`],
  ['an absolute URI with a user', (path, host) => `http://health@${host}${path}`],
];

describe('paths that are spelled in odd ways', () => {
  let api: TestApi;
  let routes: readonly { method: string; url: string }[];

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    routes = adminRoutes(api);
  });

  afterAll(() => api.stop());

  it.each(TRICKS)('lead past no guard of an admin route: %s', async (_, spell) => {
    const { host } = new URL(api.url);
    for (const { method, url } of routes) {
      const target = spell(url, host);
      const [admin, analyst, nobody] = [
        await ask(method, target, 'admin'),
        await ask(method, target, 'analyst'),
        await ask(method, target),
      ];
      const seen = { target: `${method} ${target}`, admin: admin.code, analyst: analyst.code, nobody: nobody.code };

      if (reachesNoRoute(admin)) {
        // Then it is no route to anybody, and says the same to all of them.
        expect(seen).toEqual({ ...seen, analyst: admin.code, nobody: admin.code });
      } else {
        expect(seen).toEqual({ ...seen, analyst: 'ADMIN_REQUIRED', nobody: 'AUTH_MISSING' });
        expect([analyst.status, nobody.status]).toEqual([403, 401]);
        expect(admin.status).not.toBe(401);
        expect(admin.status).not.toBe(403);
      }
    }
  });

  it('reach the route itself often enough for this to mean something', async () => {
    const { host } = new URL(api.url);
    const reaching = [];
    for (const [name, spell] of TRICKS) {
      if (!reachesNoRoute(await ask('GET', spell('/api/v1/admin/overview', host), 'admin'))) reaching.push(name);
    }

    expect(reaching).toEqual(
      expect.arrayContaining(['as it is', '%6d for m', 'every letter encoded', 'an absolute URI of this host']),
    );
    expect(reaching).not.toContain('upper case');
  });

  async function ask(method: string, target: string, as?: Persona): Promise<RawAnswer> {
    const token = as === undefined ? undefined : await api.stack.token(as);
    return rawRequest(api.url, [
      `${method} ${target} HTTP/1.1`,
      `Host: ${new URL(api.url).host}`,
      ...(token === undefined ? [] : [`X-Forwarded-Access-Token: ${token}`]),
      ...(method === 'GET' ? [] : ['Content-Length: 0']),
      'Connection: close',
    ]);
  }
});

/** Not a matter of rights: there is no such path, or it cannot be read. */
function reachesNoRoute({ code, body }: RawAnswer): boolean {
  if (code === 'ROUTE_NOT_FOUND' || code === 'METHOD_NOT_ALLOWED') return true;
  return code === 'INVALID_REQUEST' && body.includes('The URL cannot be read');
}

/** As written: a client library would tidy the path up. */
function rawRequest(url: string, lines: readonly string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString();
      const [head = '', ...rest] = text.split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      resolve({
        status: Number(head.split(' ')[1]),
        code: /"error_code":"(\w+)"/.exec(body)?.[1],
        body,
      });
    });
  });
}
