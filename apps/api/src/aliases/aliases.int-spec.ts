import { mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { givenDeltaTable } from '@lakescope/server-testing';
import { CHAT, endpointFor, givenEndpoints } from '../testing/given-endpoints';
import { givenJob, jobRequest } from '../testing/given-jobs';
import { givenS3Connection, givenS3Object, s3BodyOf, withoutS3Connections } from '../testing/given-s3';
import { TestApi, type Persona } from '../testing/test-api';
import { ALIASES, type Alias } from './alias-table';

const TABLE_PATH = '/Volumes/demo/lake/tables/airports';

/** What the routes need to be asked for something. */
const QUERY: Readonly<Record<string, string>> = {
  '/api/unity-catalog/schemas': 'catalog=demo',
  '/api/unity-catalog/volumes': 'catalog=demo&schema=lake',
  '/api/unity-catalog/table-names': 'catalog=demo&schema=lake',
  '/api/unity-catalog/tables': 'catalog=demo&schema=lake',
  '/api/unity-catalog/search': 'q=air',
  '/api/unity-catalog/files': 'path=/Volumes/demo/lake/files',
  '/api/unity-catalog/query/:id/content': 'format=csv',
  '/api/unity-catalog/files/content': 'path=/Volumes/demo/lake/files/hello.txt',
  '/api/unity-catalog/files/preview': 'path=/Volumes/demo/lake/files/hello.txt',
  '/api/unity-catalog/files/directory': 'path=/Volumes/demo/lake/files/empty',
};
/** The same path for several methods, not all of which take a query. */
const QUERY_OF: Readonly<Record<string, string>> = {
  'PUT /api/unity-catalog/files/content': 'path=/Volumes/demo/lake/files/hello.txt&overwrite=true',
  'PUT /api/unity-catalog/files/directory': '',
  'DELETE /api/unity-catalog/files': 'path=/Volumes/demo/lake/files/gone.txt',
};
/** What the path always did, asked for by name. */
const ADDED = Object.fromEntries(
  ALIASES.flatMap(({ path, adds }) => (adds === undefined ? [] : [[path, new URLSearchParams(adds).toString()]])),
);
const NEW_QUERY = { ...QUERY, ...ADDED, ...forEachTableRoute(`path=${TABLE_PATH}`) };
const OLD_QUERY = { ...QUERY, ...forEachTableRoute(`table_path=${TABLE_PATH}`) };
const PREFERENCE = { preference_key: 'theme', preference_value: 'dark' };
const EXPORT = { format: 'csv', destination: '/Volumes/demo/lake/files/exports' };
const UPLOAD = { path: '/Volumes/demo/lake/files/uploaded.json', size_bytes: JSON.stringify(PREFERENCE).length };
const BODY: Readonly<Record<string, unknown>> = {
  '/api/model-serving/endpoints/:name/invocations': CHAT,
  '/api/model-serving/endpoints/:name/stream': CHAT,
  '/api/model-serving/logs/:request_id/rerun': {},
  '/api/unity-catalog/volumes': { catalog: 'demo', schema: 'lake', name: 'files' },
  '/api/unity-catalog/query': { catalog: 'demo', schema: 'lake', table: 'airports' },
  '/api/unity-catalog/query/:id/export': EXPORT,
  '/api/unity-catalog/files/directory': { path: '/Volumes/demo/lake/files/made' },
  '/api/unity-catalog/files/download-url': { path: '/Volumes/demo/lake/files/hello.txt' },
  '/api/unity-catalog/files/uploads': UPLOAD,
  '/api/unity-catalog/files/uploads/:id/parts/:part': PREFERENCE,
  '/api/unity-catalog/files/uploads/:id/complete': {},
  '/api/unity-catalog/projects': { slug: 'two', content: 'name: Two\n' },
  '/api/unity-catalog/projects/:slug': { content: 'name: One\n' },
  '/api/metrics/usage-events': { events: [{ event_type: 'page_view', page_name: '/catalog' }] },
};
/** What another body is asked with now than then. */
const BODY_OF: Readonly<Record<string, unknown>> = Object.fromEntries(
  ALIASES.flatMap(({ path, route, body }) =>
    body === undefined
      ? []
      : [
          [route, { source: { kind: 'volume', path: TABLE_PATH } }],
          [path, {}],
        ],
  ),
);
const S3_OPERATIONS: Readonly<Record<string, string>> = {
  'POST /api/s3/connections': 'createS3Connection',
  'PATCH /api/s3/connections/:id': 'updateS3Connection',
  'POST /api/s3/connections/:id/check': 'checkS3Connection',
  'POST /api/s3/buckets': 'listS3Buckets',
  'POST /api/s3/list': 'listS3Objects',
  'POST /api/s3/download-url': 'createS3DownloadUrl',
};
const OF_ADMINISTRATORS = /^\/api\/metrics\/(?:performance|usage|time-series)$/;

interface Said {
  status: number;
  contentType: string;
  body: Record<string, unknown>;
  text: string;
}

describe('the paths of the first public API', () => {
  let api: TestApi;
  let queryId: string;
  let exportId: string;
  let requestId: string;
  let jobId: string | undefined;

  beforeAll(async () => {
    api = await TestApi.start({ env: { LAKESCOPE_UC_SCHEMA: 'demo.lake' } });
    await api.stack.volume('demo.lake.projects', { 'one.proj.yaml': 'name: One\n' });
    await api.stack.workspace.grant('VOLUME', 'demo.lake.projects', 'analyst', ['READ_VOLUME', 'WRITE_VOLUME']);
    await api.stack.volume('demo.lake.files', { 'hello.txt': 'hello' });
    await api.stack.workspace.grant('VOLUME', 'demo.lake.files', 'analyst', ['READ_VOLUME', 'WRITE_VOLUME']);
    await api.stack.volume('demo.lake.tables');
    const folder = join(api.stack.workspace.volumeDirectory('demo', 'lake', 'tables'), 'airports');
    await givenDeltaTable(folder, { versions: [[{ iata: 'ZRH', name: 'Zürich' }]] });
    await api.stack.workspace.registerTable('demo.lake.airports', TABLE_PATH);
    await givenS3Object(api);
    await givenEndpoints(api);
  });

  afterAll(() => api.stop());

  describe.each(ALIASES.map((alias) => [`${alias.method} ${alias.path}`, alias] as const))('%s', (_, alias) => {
    beforeAll(async () => {
      if (alias.path.includes('/query/:id')) queryId = await givenQuery();
      if (alias.path.includes('/exports/')) exportId = await givenExport();
      if (alias.path.includes('/:request_id')) requestId = await givenInvocation();
    });

    it.each<Persona>(['analyst', 'outsider', 'admin'])(
      `answers the ${'%s'} as ${alias.route} does`,
      async (persona) => {
        const now = await say(alias.route, alias, queryOf(alias, NEW_QUERY), { as: persona });
        const then = await say(alias.path, alias, queryOf(alias, OLD_QUERY), { as: persona });

        if (persona === (OF_ADMINISTRATORS.test(alias.path) ? 'admin' : 'analyst'))
          expect(then.status).toBeLessThan(300);

        expect([then.status, stable(then)]).toEqual([now.status, stable(now)]);
      },
    );

    it.each([
      ['without a token', undefined],
      ['with garbage for a token', 'no token, this'],
      ['with a token nobody knows', 'dapi0000000000000000'],
    ])('is guarded like its route %s', async (_what, token) => {
      const now = await say(alias.route, alias, queryOf(alias, NEW_QUERY), { token });
      const then = await say(alias.path, alias, queryOf(alias, OLD_QUERY), { token });

      expect(then.status).toBe(now.status);
      if (now.status === 401 && alias.method !== 'HEAD') {
        expect(detailOf(then)['error_code']).toBe(token === undefined ? 'AUTH_MISSING' : 'AUTH_INVALID');
      }
    });
  });

  it('tell errors in the words of that time', async () => {
    const { status, contentType, body } = await say('/api/user/me', ALIASES[0]);

    expect([status, contentType]).toEqual([401, 'application/json; charset=utf-8']);
    expect(Object.keys(body)).toEqual(['detail']);
    expect(body['detail']).toEqual({
      error_code: 'AUTH_MISSING',
      message: expect.stringContaining('no user token') as string,
      technical_details: { error_type: 'TokenMissing' },
      retry_after: null,
      correlation_id: expect.stringMatching(/^[\w-]{36}$/) as string,
    });
  });

  it('say when to come back', async () => {
    const { token } = await api.stack.workspace.issueUserToken('analyst', ['files']);
    api.stack.workspace.faults.add({
      pathPrefix: '/api/2.0/preview/scim',
      status: 429,
      headers: { 'Retry-After': '7' },
      times: 1,
    });

    const { body } = await say('/api/user/me', ALIASES[0], '', { token });

    expect(body['detail']).toMatchObject({ error_code: 'AUTH_RATE_LIMITED', retry_after: 7 });
  });

  it('are closed to other sites like their routes', async () => {
    const answer = await fetch(`${api.url}/api/preferences`, {
      method: 'PUT',
      body: JSON.stringify(PREFERENCE),
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
    });

    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ detail: { error_code: 'CSRF_REJECTED' } });
  });

  it('name the methods they have', async () => {
    const answer = await fetch(`${api.url}/api/preferences`, { method: 'DELETE' });

    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, PUT, POST']);
    expect(await answer.json()).toMatchObject({ detail: { error_code: 'METHOD_NOT_ALLOWED' } });
  });

  it('are logged as the route they stand for', async () => {
    await fetch(`${api.url}/api/preferences/theme`, {
      method: 'DELETE',
      headers: { 'X-Correlation-ID': 'an-alias', 'X-Forwarded-Access-Token': await api.stack.token('analyst') },
    });

    const routes = api.logOf('an-alias').flatMap(({ route }) => (route === undefined ? [] : [route]));
    expect(routes).toEqual(['/api/v1/preferences/:key']);
  });

  it('read a table in S3 by the connection whose bucket it is, or say which one is needed', async () => {
    const answer = await fetch(`${api.url}/api/delta/tables?table_path=s3://bucket/table`, {
      headers: { 'X-Forwarded-Access-Token': await api.stack.token('analyst') },
    });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: { error_code: 'INVALID_REQUEST', technical_details: { fields: [{ path: 'connection_id' }] } },
    });
  });

  it.each([
    ['', ['table_path', 'full_name'], 'either table_path or full_name'],
    ['?table_path=/etc', ['table_path'], 'The table_path must be /Volumes/'],
    ['?table_path=/Volumes/a/b/c%00', ['table_path'], 'table_path must not hold'],
    ['?table_path=/Volumes/a/b/c&version=x', ['version'], 'version must be an integer'],
  ])('name what was sent by the name it was sent by: %s', async (query, paths, says) => {
    const { body } = await say('/api/delta/tables', ALIASES[0], query.slice(1), { as: 'analyst' });

    const { message, technical_details } = detailOf({ body } as Said) as {
      message: string;
      technical_details: { fields: { path: string }[] };
    };
    expect(technical_details.fields.map(({ path }) => path)).toEqual(paths);
    expect(message).toContain(says);
  });

  it.each([
    '/api/user',
    '/api/user/me/',
    '/api//user/me',
    '/API/user/me',
    '/api/user/%6de',
    '/api/user/me/..',
    '/api/v2/user/me',
  ])('are these and no others: %s', async (path) => {
    const status = await statusOf(path);

    expect(status).toBe(404);
  });

  async function say(
    path: string,
    alias: Alias | undefined,
    query = '',
    { as, token }: { as?: Persona; token?: string | undefined } = {},
  ): Promise<Said> {
    if (alias?.method === 'DELETE' && as !== undefined) {
      await api.ask('/api/v1/preferences', { method: 'PUT', as, json: PREFERENCE });
    }
    await rm(join(api.stack.workspace.volumeDirectory('demo', 'lake', 'projects'), 'two.proj.yaml'), { force: true });
    const upload = path.includes('/files') ? await givenFiles(path) : '';
    const connection = path.includes('/s3/') ? await givenConnection(path) : '';
    const isStart = alias?.path === '/api/guidewire/jobs/start';
    const jobs = isStart ? jobRequest(await givenS3Connection(api, 'analyst')) : undefined;
    // One that waits can be cancelled; one that has ended says so at once, and is the same for both.
    const job = alias?.path.includes('/jobs/:id') ? await theJob(alias.method) : '';
    const forwarded = as === undefined ? token : await api.stack.token(as);
    const method = alias?.method ?? 'GET';
    const isWriting = method === 'PUT' || method === 'POST' || method === 'PATCH';
    const operation = S3_OPERATIONS[`${method} ${alias?.path ?? ''}`] ?? '';
    const json = jobs ?? s3BodyOf(api, operation, connection) ?? BODY_OF[path] ?? BODY[alias?.path ?? ''] ?? PREFERENCE;
    const answer = await fetch(
      `${api.url}${filledIn(path, upload + connection + job)}${query === '' ? '' : `?${query}`}`,
      {
        method,
        headers: {
          ...(forwarded === undefined ? {} : { 'X-Forwarded-Access-Token': forwarded }),
          ...(isWriting ? { 'Content-Type': 'application/json' } : {}),
          ...(path.endsWith(':slug') ? { 'If-Match': '*' } : {}),
        },
        ...(isWriting ? { body: JSON.stringify(json) } : {}),
      },
    );
    const text = await answer.text();
    const contentType = answer.headers.get('content-type') ?? '';
    const body = contentType.includes('json') && text !== '' ? (JSON.parse(text) as Said['body']) : {};
    return { status: answer.status, contentType, body, text };
  }

  /** The only one there is, of the analyst's; none where one is made. */
  async function givenConnection(path: string): Promise<string> {
    if (!path.endsWith('/connections')) return givenS3Connection(api, 'analyst');
    await withoutS3Connections(api);
    return '';
  }

  async function theJob(method: Alias['method']): Promise<string> {
    if (method === 'DELETE') return givenJob(api, 'analyst', 'pending');
    jobId ??= await givenJob(api, 'analyst', 'failed');
    return jobId;
  }

  /** Another for each path that asks for one: some of the others erase what a person has. */
  async function givenQuery(): Promise<string> {
    const { json } = await api.ask('/api/v1/unity-catalog/query', {
      method: 'POST',
      as: 'analyst',
      json: { catalog: 'demo', schema: 'lake', table: 'airports', wait_ms: 10_000 },
    });
    return String(json['query_id']);
  }

  /** A file that is there: how far it is would differ from one call to the next. */
  async function givenExport(): Promise<string> {
    const query = `/api/v1/unity-catalog/query/${queryId}`;
    const { json } = await api.ask(`${query}/export`, { method: 'POST', as: 'analyst', json: EXPORT });
    const id = String(json['export_id']);
    for (;;) {
      const { status } = (await api.ask(`${query}/exports/${id}`, { as: 'analyst' })).json;
      if (status === 'SUCCEEDED') return id;
      if (status !== 'PENDING' && status !== 'RUNNING') throw new Error(`The export ended as ${String(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** An invocation of the analyst's that was answered later, and is. */
  async function givenInvocation(): Promise<string> {
    const json = { ...CHAT, async: true };
    const started = await api.ask('/api/v1/serving/endpoints/chat/invocations', {
      method: 'POST',
      as: 'analyst',
      json,
    });
    const id = String(started.json['request_id']);
    for (;;) {
      const { status } = (await api.ask(`/api/v1/serving/invocations/${id}`, { as: 'analyst' })).json;
      if (status === 'SUCCESS') return id;
      if (status !== 'PENDING' && status !== 'RUNNING') throw new Error(`The invocation ended as ${String(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function filledIn(path: string, given: string): string {
    const id = path.includes('/uploads/') || path.includes('/s3/') || path.includes('/jobs/') ? given : queryId;
    return path
      .replace(':key', 'theme')
      .replace(':name', endpointFor(path))
      .replace(':request_id', requestId)
      .replace(':slug', 'one')
      .replace(':full_name', 'demo.lake.airports')
      .replace(':part', '1')
      .replace(':export_id', exportId)
      .replace(':id', id);
  }

  /** What is written and deleted is as it was; where an upload is asked for, one of the analyst's, with its part where that is needed. */
  async function givenFiles(path: string): Promise<string> {
    const folder = api.stack.workspace.volumeDirectory('demo', 'lake', 'files');
    await rm(join(folder, 'uploaded.json'), { force: true });
    await mkdir(join(folder, 'empty'), { recursive: true });
    for (const name of ['hello.txt', 'gone.txt']) await writeFile(join(folder, name), 'hello');
    if (!path.includes('/:id')) return '';
    const uploads = '/api/v1/unity-catalog/files/uploads';
    const { json } = await api.ask(uploads, { method: 'POST', as: 'analyst', json: UPLOAD });
    const id = String(json['upload_id']);
    const isWhole = path.endsWith('/complete');
    if (isWhole) await api.ask(`${uploads}/${id}/parts/1`, { method: 'PUT', as: 'analyst', json: PREFERENCE });
    return id;
  }

  /** Straight to the socket: `fetch` would tidy the path up. */
  async function statusOf(path: string): Promise<number | undefined> {
    const token = await api.stack.token('analyst');
    return new Promise((resolve, reject) => {
      request(api.url, { path, headers: { 'X-Forwarded-Access-Token': token } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once('error', reject)
        .end();
    });
  }
});

function queryOf({ method, path }: Alias, queries: Readonly<Record<string, string>>): string | undefined {
  return QUERY_OF[`${method} ${path}`] ?? queries[path];
}

function detailOf({ body }: Said): Record<string, unknown> {
  return body['detail'] as Record<string, unknown>;
}

/** What must be the same: the data without what changes by itself, or the code and the words of the error. */
function stable({ status, body, text, contentType }: Said): unknown {
  if (status >= 400) {
    const { error_code, detail, message } = { ...body, ...(body['detail'] as object) } as Record<string, unknown>;
    return [error_code, message ?? detail];
  }
  // Of a stream, the events without what each invocation has of its own.
  const told = text.replace(/"(?:request_id|id|created|execution_time_ms)":[^,}]+/g, '');
  return contentType.includes('json') ? withoutTimes(body) : told;
}

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  // A new file has a new name each time.
  const changing = 'export_id' in value ? /^(?:export_id|path)$/ : /^$/;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) =>
          !changing.test(name) &&
          !/(?:_at|_ms|_time|^as_of|^effective_\w+|^version|^id|^rows|^pool|^query_id|^request_id|^job_id|^created$|^erased$|^next_cursor|^connection_id|^last_modified|^etag|^url|^upload_id)$/.test(
            name,
          ),
      )
      .map(([name, one]) => [name, withoutTimes(one)]),
  );
}

function forEachTableRoute(query: string): Record<string, string> {
  return Object.fromEntries(
    ALIASES.filter(({ path }) => path.startsWith('/api/delta/')).map(({ path }) => [path, query]),
  );
}
