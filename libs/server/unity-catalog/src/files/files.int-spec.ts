import { Secret } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, strictValidation, UserCaller } from '@lakescope/server-http';
import { UserPreference } from '@lakescope/server-lakebase';
import { PersistenceModule } from '@lakescope/server-persistence';
import { HttpApp, LocalStack, Wire } from '@lakescope/server-testing';
import { UnityCatalogModule } from '../unity-catalog.module';

type Persona = 'analyst' | 'outsider';
type Json = Record<string, unknown>;

const FILES = '/Volumes/shop/sales/files';
const DIGITS = '0123456789'.repeat(100);

describe('files of volumes over HTTP', () => {
  let stack: LocalStack;
  let wire: Wire;
  let app: HttpApp;

  beforeAll(async () => {
    stack = await LocalStack.start({ database: false });
    await stack.volume('shop.sales.files', {
      'digits.txt': DIGITS,
      'page.html': '<script>alert(1)</script>',
      'käse 1.csv': 'a,b\n1,2\n',
      'sub/one.json': '{}',
      'empty.bin': '',
      'large.bin': new Uint8Array(32 * 1024 * 1024),
    });
    wire = await Wire.to(stack.workspace.port);
    app = await HttpApp.start({
      imports: [
        ConfigModule.with(stack.config({ DATABRICKS_HOST: wire.url })),
        HttpModule.with({ name: 'lakescope', version: '0.0.0' }),
        PersistenceModule.with([UserPreference], migrations),
        UnityCatalogModule,
      ],
      identify: caller,
      configure: (nest) => {
        nest.useGlobalPipes(strictValidation());
        nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
      },
    });
  });

  afterEach(() => stack.workspace.faults.clear());

  afterAll(async () => {
    await app.stop();
    wire.close();
    await stack.stop();
  });

  it('are listed with size and time, page by page', async () => {
    const first = await read('analyst', `/files?path=${FILES}&limit=4`);
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const second = await read('analyst', `/files?path=${FILES}&limit=4&cursor=${cursor}`);

    const items = [...(first.body['items'] as Json[]), ...(second.body['items'] as Json[])];
    expect(second.body['next_cursor']).toBeNull();
    expect(items.map(({ name }) => name).sort()).toEqual(
      ['digits.txt', 'empty.bin', 'käse 1.csv', 'large.bin', 'page.html', 'sub'].sort(),
    );
    const etag = (await content('analyst', 'digits.txt')).headers.get('etag');
    expect(items.find(({ name }) => name === 'digits.txt')).toEqual({
      name: 'digits.txt',
      path: `${FILES}/digits.txt`,
      is_directory: false,
      size_bytes: 1000,
      last_modified: expect.stringMatching(/Z$/),
      etag,
    });
    expect(items.find(({ name }) => name === 'sub')).toMatchObject({ is_directory: true, size_bytes: null });
  });

  it('come whole, with validators, and as a download that keeps its name', async () => {
    const answer = await content('analyst', 'käse 1.csv');

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('a,b\n1,2\n');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': '8',
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="k_se 1.csv"; filename*=UTF-8''k%C3%A4se%201.csv`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\w-]+"$/),
      'last-modified': expect.stringMatching(/GMT$/),
    });
  });

  it.each([
    ['bytes=0-9', '0123456789', 'bytes 0-9/1000'],
    ['bytes=995-', '56789', 'bytes 995-999/1000'],
    ['bytes=-3', '789', 'bytes 997-999/1000'],
    ['bytes=990-5000', '0123456789', 'bytes 990-999/1000'],
  ])('answer the range %s', async (range, text, contentRange) => {
    const answer = await content('analyst', 'digits.txt', { headers: { range } });

    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(await answer.text()).toBe(text);
  });

  it('refuse a range outside of them and say how long they are', async () => {
    const answer = await content('analyst', 'digits.txt', { headers: { range: 'bytes=5000-' } });

    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */1000');
    expect(await answer.json()).toMatchObject({ error_code: 'RANGE_NOT_SATISFIABLE' });
  });

  it.each(['bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b'])('come whole for the range %s, which is none', async (range) => {
    expect((await content('analyst', 'digits.txt', { headers: { range } })).status).toBe(200);
  });

  it('resume only while they are still the same', async () => {
    const etag = (await content('analyst', 'digits.txt', { method: 'HEAD' })).headers.get('etag') ?? '';
    const range = 'bytes=0-9';

    expect((await content('analyst', 'digits.txt', { headers: { range, 'if-range': etag } })).status).toBe(206);
    expect((await content('analyst', 'digits.txt', { headers: { range, 'if-range': '"other"' } })).status).toBe(200);
    expect((await content('analyst', 'digits.txt', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each([
    ['its tag', (answer: Response) => answer.headers.get('etag'), 206],
    ['its time', (answer: Response) => answer.headers.get('last-modified'), 206],
    ['another tag', () => '"other"', 200],
    ['a weak tag', (answer: Response) => `W/${answer.headers.get('etag')}`, 200],
    ['another time', () => new Date(0).toUTCString(), 200],
    ['nonsense', () => 'x', 200],
  ])('resume by %s as the standard has it', async (_, conditionOf, status) => {
    const condition = conditionOf(await content('analyst', 'digits.txt', { method: 'HEAD' })) ?? '';
    const resumed = (range: string) => content('analyst', 'digits.txt', { headers: { range, 'if-range': condition } });

    const answer = await resumed('bytes=990-');
    expect([answer.status, (await answer.text()).length]).toEqual([status, status === 206 ? 10 : 1000]);
    // A file that has become shorter comes anew.
    const behind = await resumed('bytes=5000-');
    expect([behind.status, behind.headers.get('content-range')]).toEqual(
      status === 206 ? [416, 'bytes */1000'] : [200, null],
    );
    await behind.arrayBuffer();
  });

  it.each([['*'], ['"other", *'], ['W/"x", "other"']])('are asked for with If-None-Match %s', async (tags) => {
    const { status } = await content('analyst', 'digits.txt', { headers: { 'if-none-match': tags } });

    expect(status).toBe(tags.includes('*') ? 304 : 200);
  });

  it('tell their size without being read', async () => {
    const answer = await content('analyst', 'digits.txt', { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('1000');
    expect(stack.workspace.requestLog.entries().at(-1)?.method).toBe('HEAD');
  });

  it('are shown inline only when they cannot carry scripts, and then in a sandbox', async () => {
    const text = await content('analyst', 'digits.txt', {}, '&disposition=inline');
    const html = await content('analyst', 'page.html', {}, '&disposition=inline');

    expect(text.headers.get('content-disposition')).toMatch(/^inline;/);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(html.headers.get('content-disposition')).toMatch(/^attachment;/);
  });

  it('of no bytes are files too', async () => {
    const answer = await content('analyst', 'empty.bin');

    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '0', '']);
  });

  it('stop flowing from the platform when the client leaves', async () => {
    const leaving = new AbortController();
    const answer = await content('analyst', 'large.bin', { signal: leaving.signal });
    await answer.body?.getReader().read();
    const before = wire.ended;

    leaving.abort();

    await until(() => wire.ended > before);
    expect((await content('analyst', 'digits.txt')).status).toBe(200);
  });

  it('are not there, or not for everybody', async () => {
    expect(await read('analyst', `/files/content?path=${FILES}/nothing.txt`)).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND' },
    });
    expect((await content('analyst', 'nothing.txt', { method: 'HEAD' })).status).toBe(404);
    expect((await content('outsider', 'digits.txt')).status).toBeGreaterThanOrEqual(403);
    expect((await read('outsider', `/files?path=${FILES}`)).status).toBeGreaterThanOrEqual(403);
  });

  it.each([
    ['..', '/Volumes/shop/sales/files/../../../etc'],
    ['an encoded ..', '/Volumes/shop/sales/files/%252e%252e/x'],
    ['a path elsewhere', '/Workspace/shop/sales/files'],
    ['NUL', '/Volumes/shop/sales/files/a%00b'],
    ['no path', ''],
  ])('are not looked for with %s', async (_, path) => {
    const before = stack.workspace.requestLog.count();

    for (const route of ['/files', '/files/content']) {
      expect(await read('analyst', `${route}?path=${path}`)).toMatchObject({
        status: 400,
        body: { error_code: 'INVALID_REQUEST' },
      });
    }
    expect(stack.workspace.requestLog.count()).toBe(before);
  });

  async function read(persona: Persona, path: string): Promise<{ status: number; body: Json }> {
    const answer = await app.fetch(`/unity-catalog${path}`, await stack.token(persona));
    return { status: answer.status, body: (await answer.json()) as Json };
  }

  async function content(persona: Persona, name: string, init: RequestInit = {}, query = ''): Promise<Response> {
    const path = encodeURIComponent(`${FILES}/${name}`);
    return app.fetch(`/unity-catalog/files/content?path=${path}${query}`, await stack.token(persona), init);
  }
});

function caller(userId: string, token: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token));
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
