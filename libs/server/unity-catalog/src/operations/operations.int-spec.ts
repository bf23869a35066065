import { LocalStack } from '@lakescope/server-testing';
import { UnityCatalogApp, type Answer, type Ask, type Json, type Persona } from '../testing/unity-catalog-app';

const FILES = '/Volumes/shop/sales/files';
const LARGEST = 1024 * 1024;

describe('operations that look', () => {
  let stack: LocalStack;
  let app: UnityCatalogApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.files', {
      'note.txt': '\ufeffGrüße 🦆\n',
      'pixel.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff),
      'empty.txt': '',
      'largest.txt': 'x'.repeat(LARGEST),
      'too-large.txt': 'x'.repeat(LARGEST + 1),
      'sub/one.json': '{}',
    });
    app = await UnityCatalogApp.start(stack, {}, false);
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    await stack.stop();
  });

  it.each<Persona>(['analyst', 'outsider'])('tell the %s who they are', async (persona) => {
    const { userName, displayName } = stack.workspace.personas[persona];

    expect(await run(persona, { op: 'me' })).toMatchObject({
      status: 200,
      body: { op: 'me', result: { userName, email: userName, displayName } },
    });
  });

  it('tell a service principal its client id, and no address', async () => {
    const { clientId } = stack.workspace.servicePrincipal;
    const token = await servicePrincipalToken();

    expect((await run('analyst', { op: 'me' }, { token })).body).toMatchObject({
      op: 'me',
      result: { userName: clientId, email: null },
    });
  });

  it('list catalogs, schemas and volumes to who may see them', async () => {
    const place = { catalog: 'shop', schema: 'sales' };
    const catalogs = await run('analyst', { op: 'list_catalogs' });
    const schemas = await run('analyst', { op: 'list_schemas', catalog: 'shop' });
    const volumes = await run('analyst', { op: 'list_volumes', ...place });

    expect([namesIn(catalogs), namesIn(schemas), namesIn(volumes)]).toEqual([
      expect.arrayContaining(['shop']),
      expect.arrayContaining(['sales']),
      ['files'],
    ]);
    expect(catalogs.body['op']).toBe('list_catalogs');
    expect(namesIn(await run('outsider', { op: 'list_catalogs' }))).not.toContain('shop');
    for (const op of [
      { op: 'list_schemas', catalog: 'shop' },
      { op: 'list_volumes', ...place },
    ]) {
      expect(await run('outsider', op)).toMatchObject({
        status: 403,
        body: { error_code: 'CATALOG_PERMISSION_DENIED' },
      });
    }
  });

  it('list a directory page by page', async () => {
    const first = await run('analyst', { op: 'list_directory', path: FILES, limit: 4 });
    const cursor = (first.body['result'] as Json)['next_cursor'];
    const second = await run('analyst', { op: 'list_directory', path: FILES, limit: 4, cursor });

    const contents = [first, second].flatMap(({ body }) => (body['result'] as Json)['contents'] as Json[]);
    expect(contents.map(({ name }) => name).sort()).toEqual(
      ['empty.txt', 'largest.txt', 'note.txt', 'pixel.png', 'sub', 'too-large.txt'].sort(),
    );
    expect(contents.find(({ name }) => name === 'pixel.png')).toEqual({
      name: 'pixel.png',
      path: `${FILES}/pixel.png`,
      is_directory: false,
      file_size: 5,
      last_modified: expect.stringMatching(/Z$/),
    });
    expect(contents.find(({ name }) => name === 'sub')).toMatchObject({ is_directory: true, file_size: null });
    expect((second.body['result'] as Json)['next_cursor']).toBeNull();
    expect(await run('outsider', { op: 'list_directory', path: FILES })).toMatchObject({ status: 403 });
  });

  it.each([
    ['note.txt', undefined, '\ufeffGrüße 🦆\n', 'utf-8'],
    ['note.txt', 'base64', Buffer.from('\ufeffGrüße 🦆\n').toString('base64'), 'base64'],
    ['pixel.png', undefined, 'iVBOR/8=', 'base64'],
    ['empty.txt', undefined, '', 'utf-8'],
    ['largest.txt', undefined, 'x'.repeat(LARGEST), 'utf-8'],
  ])('read %s asked for as %s', async (name, encoding, content, answered) => {
    const { status, body } = await run('analyst', { op: 'read_file', path: `${FILES}/${name}`, encoding });

    expect([status, body]).toEqual([200, { op: 'read_file', result: { content, encoding: answered } }]);
  });

  it('do not read what is too large, no text, not there or not theirs', async () => {
    expect(await run('analyst', { op: 'read_file', path: `${FILES}/too-large.txt` })).toMatchObject({
      status: 413,
      body: {
        error_code: 'PAYLOAD_TOO_LARGE',
        technical_details: { max_size_bytes: LARGEST, received: LARGEST + 1 },
      },
    });
    expect(await run('analyst', { op: 'read_file', path: `${FILES}/pixel.png`, encoding: 'utf-8' })).toMatchObject({
      status: 400,
      body: { technical_details: { fields: [{ path: 'encoding' }] } },
    });
    expect(await run('analyst', { op: 'read_file', path: `${FILES}/nothing.txt` })).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND', technical_details: { upstream_status: 404 } },
    });
    expect(await run('analyst', { op: 'read_file', path: FILES })).toMatchObject({ status: 400 });
    expect(await run('outsider', { op: 'read_file', path: `${FILES}/note.txt` })).toMatchObject({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', technical_details: { upstream_status: 403 } },
    });
  });

  it.each([
    [{ op: 'list_catalogs' }, 'unity-catalog'],
    [{ op: 'ensure_volume', catalog: 'shop', schema: 'sales', volume: 'files' }, 'unity-catalog'],
    [{ op: 'list_directory', path: FILES }, 'files'],
    [{ op: 'read_file', path: `${FILES}/note.txt` }, 'files'],
    [{ op: 'create_directory', path: `${FILES}/new` }, 'files'],
    [{ op: 'write_file', path: `${FILES}/new.txt`, content: '' }, 'files'],
  ])('name the scope that %j needs', async (operation, scope) => {
    const token = await stack.token('analyst', ['postgres']);

    expect(await run('analyst', operation, { token })).toMatchObject({
      status: 403,
      body: { error_code: 'SCOPE_MISSING', technical_details: { scopes: [scope], upstream_status: 403 } },
    });
  });

  it.each([
    ['no operation', {}],
    ['no object', ['me']],
    ['nothing', null],
    ['an unknown operation', { op: 'drop_catalog' }],
    ['an operation by the name every object has', { op: 'constructor' }],
    ['an operation by the name of a prototype', { op: '__proto__' }],
    ['a method for an operation', { op: 'toString' }],
    ['a list for an operation', { op: ['me'] }],
    ['an object for an operation', { op: { op: 'me' } }],
    ['an operation in other letters', { op: 'ME' }],
  ])('are refused with %s', async (_, json) => {
    const before = stack.workspace.requestLog.count();

    const { status, body } = await run('analyst', json);

    expect([status, body['error_code']]).toEqual([400, 'INVALID_REQUEST']);
    expect(body['technical_details']).toMatchObject({
      fields: [{ path: 'op', message: expect.stringMatching(/^must be one of me, /) }],
    });
    expect(stack.workspace.requestLog.count()).toBe(before);
  });

  it.each([
    ['what belongs to another operation', { op: 'me', path: FILES }, 'path'],
    ["a caller of somebody's choice", { op: 'me', userId: 'admin' }, 'userId'],
    ['no catalog', { op: 'list_schemas' }, 'catalog'],
    ['a dot in a name', { op: 'list_schemas', catalog: 'a.b' }, 'catalog'],
    ['a slash in a name', { op: 'ensure_volume', catalog: 'a', schema: 'b', volume: '../c' }, 'volume'],
    ['an unknown encoding', { op: 'read_file', path: `${FILES}/note.txt`, encoding: 'latin1' }, 'encoding'],
    ['content that is no text', { op: 'write_file', path: `${FILES}/x`, content: { toString: 'x' } }, 'content'],
    ['a word for a truth', { op: 'write_file', path: `${FILES}/x`, content: 'x', if_absent: 'false' }, 'if_absent'],
    ['nothing for a truth', { op: 'write_file', path: `${FILES}/x`, content: 'x', if_absent: null }, 'if_absent'],
    [
      'bytes that are none',
      { op: 'write_file', path: `${FILES}/x`, content: 'no base64!', encoding: 'base64' },
      'content',
    ],
    ['half a character', { op: 'write_file', path: `${FILES}/x`, content: '\ud800' }, 'content'],
  ])('are refused with %s', async (_, json, field) => {
    const before = stack.workspace.requestLog.count();

    expect(await run('analyst', json)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: field }] } },
    });
    expect(stack.workspace.requestLog.count()).toBe(before);
  });

  it('take no keys that change every object', async () => {
    const body = '{"op":"me","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';

    const answer = await app.ask('analyst', '/operations', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    });

    expect(answer.status).toBe(400);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it.each(['list_directory', 'create_directory', 'read_file', 'write_file'])(
    'lead %s nowhere outside of a volume',
    async (op) => {
      const before = stack.workspace.requestLog.count();
      for (const path of [
        `${FILES}/../../../etc/passwd`,
        `${FILES}/..`,
        `${FILES}/%2e%2e/x`,
        `${FILES}/a%2f..%2fx`,
        `${FILES}/..\\x`,
        `${FILES}/..%5cx`,
        `${FILES}//x`,
        `${FILES}/a\u0000b`,
        `${FILES}/a\nb`,
        `${FILES}/\ud800`,
        '/Volumes/shop/sales',
        '/Volumes/shop/sales/../files/x',
        '/Workspace/shop/sales/files',
        '/etc/passwd',
        'Volumes/shop/sales/files/x',
        'file:///Volumes/shop/sales/files/x',
        '',
      ]) {
        const json = op === 'write_file' ? { op, path, content: 'x' } : { op, path };
        const { status, body } = await run('analyst', json);
        expect([path, status, body['error_code']]).toEqual([path, 400, 'INVALID_REQUEST']);
      }
      expect(stack.workspace.requestLog.count()).toBe(before);
    },
  );

  it('tell the status of the platform', async () => {
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs', status: 500, body: { error_code: 'INTERNAL_ERROR' } });

    expect(await run('analyst', { op: 'read_file', path: `${FILES}/note.txt` })).toMatchObject({
      status: 502,
      body: {
        error_code: 'UPSTREAM_ERROR',
        technical_details: { upstream_status: 500, upstream_code: 'INTERNAL_ERROR', acting_as: 'user' },
      },
    });
  });

  it('read a file whole although the line breaks in its middle', async () => {
    stack.workspace.faults.add({ pathPrefix: '/api/2.0/fs/files', cut: 'body', times: 1 });

    const { body } = await run('analyst', { op: 'read_file', path: `${FILES}/largest.txt` });

    expect((body['result'] as Json)['content']).toHaveLength(LARGEST);
  });

  it('act with the token of each request and no other, however they come together', async () => {
    const personas = Array.from({ length: 20 }, (_, index): Persona => (index % 2 === 0 ? 'analyst' : 'engineer'));

    const answers = await Promise.all(personas.map((persona) => run(persona, { op: 'me' })));

    expect(answers.map(({ body }) => (body['result'] as Json)['userName'])).toEqual(
      personas.map((persona) => stack.workspace.personas[persona].userName),
    );
  });

  // At the end, because calls are stopped for a while when so many of them have found nobody.
  it.each([
    { op: 'me' },
    { op: 'list_catalogs' },
    { op: 'list_schemas', catalog: 'shop' },
    { op: 'list_volumes', catalog: 'shop', schema: 'sales' },
    { op: 'ensure_volume', catalog: 'shop', schema: 'sales', volume: 'files' },
    { op: 'list_directory', path: FILES },
    { op: 'create_directory', path: `${FILES}/new` },
    { op: 'read_file', path: `${FILES}/note.txt` },
    { op: 'write_file', path: `${FILES}/new.txt`, content: 'x' },
  ])('say that the platform is away instead of answering %j', async (operation) => {
    stack.workspace.faults.add({ cut: 'connection' });

    expect(await run('analyst', operation)).toMatchObject({
      status: 503,
      body: { error_code: 'SERVICE_UNAVAILABLE', technical_details: { error_type: 'PlatformError' } },
    });
  });

  function run(persona: Persona, json: unknown, more: Ask = {}): Promise<Answer> {
    return app.ask(persona, '/operations', { method: 'POST', json, ...more });
  }

  async function servicePrincipalToken(): Promise<string> {
    const { clientId, clientSecret } = stack.workspace.servicePrincipal;
    const answer = await fetch(`${stack.workspace.url}/oidc/v1/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
});

function namesIn({ body }: Answer): unknown[] {
  const { items } = body['result'] as { items: Json[] };
  return items.map(({ name }) => name);
}
