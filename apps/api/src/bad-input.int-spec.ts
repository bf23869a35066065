import { request } from 'node:http';
import { connect } from 'node:net';
import { TestApi, type Answer } from './testing/test-api';

const PREFERENCES = '/api/v1/preferences';

describe('bad input', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
  });

  afterAll(() => api.stop());

  afterEach(async () => {
    const { status } = await api.ask('/health');
    expect(status).toBe(200);
  });

  it.each([
    ['an unknown route', '/api/v1/nothing', {}, 404, 'ROUTE_NOT_FOUND'],
    ['an unversioned unknown route', '/api/nothing', {}, 404, 'ROUTE_NOT_FOUND'],
    ['a method the route does not have', '/api/v1/user/me', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    ['an unreadable URL', '/api/v1/%zz', {}, 400, 'INVALID_REQUEST'],
    ['malformed JSON', PREFERENCES, { method: 'PUT', body: '{"a":', headers: json() }, 400, 'INVALID_REQUEST'],
    ['no JSON at all', PREFERENCES, { method: 'PUT', headers: json() }, 400, 'INVALID_REQUEST'],
    [
      'a prototype in JSON',
      PREFERENCES,
      { method: 'PUT', body: '{"__proto__":{}}', headers: json() },
      400,
      'INVALID_REQUEST',
    ],
    ['a body of 2 MiB', PREFERENCES, { method: 'PUT', json: 'x'.repeat(2 * 1024 * 1024) }, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'a body of a foreign type',
      PREFERENCES,
      { method: 'PUT', body: '<a/>', headers: { 'Content-Type': 'application/xml' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  ])('%s is a problem document', async (_, path, ask, status, code) => {
    const answer = await api.ask(path, { as: 'analyst', ...ask });

    expect([answer.status, answer.json['error_code']]).toEqual([status, code]);
    expect(answer.json['technical_details']).toHaveProperty('error_type');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['version=-1', 'must not be less than 0'],
    ['version=abc', 'integer'],
    ['limit=0', 'must not be less than 1'],
    ['limit=1001', 'must not be greater than 1000'],
  ])('says of %s what is wrong with it', async (query, says) => {
    const { status, json: problem } = await api.ask(`/api/v1/delta/tables/preview?path=/Volumes/a/b/c&${query}`, {
      as: 'analyst',
    });

    expect(status).toBe(400);
    expect(problem['detail']).toContain(says);
  });

  it.each([
    ['', 'Name the table', ['path', 'full_name']],
    ['?path=/etc', 'must be /Volumes/', ['path']],
    ['?path=/Volumes/a/b/c/../d', 'must not contain . or ..', ['path']],
  ])('names the parameter of a link that is wrong: %s', async (query, says, paths) => {
    const { json: problem } = await api.ask(`/api/v1/delta/tables/detail${query}`, { as: 'analyst' });

    expect(problem['detail']).toContain(says);
    expect(fieldsOf(problem).map(({ path }) => path)).toEqual(paths);
  });

  it('says that what is missing is required, and not what it would have to be', async () => {
    const { json: query } = await api.ask('/api/v1/unity-catalog/schemas', { as: 'analyst' });
    const { json: body } = await api.ask('/api/v1/delta/tables/detail', { method: 'POST', as: 'analyst', json: {} });

    expect(query['detail']).toBe('catalog is required');
    expect(fieldsOf(query)).toEqual([{ path: 'catalog', message: 'is required' }]);
    expect(body['detail']).toBe('source is required');
  });

  it.each([
    ['GET', '/api/v1/preferences?preference_key=%00', 'preference_key'],
    ['DELETE', '/api/v1/preferences/%00', 'key'],
    ['DELETE', '/api/v1/lakebase/preferences/a%00b', 'key'],
    ['GET', '/api/v1/unity-catalog/schemas?catalog=a%00', 'catalog'],
    ['GET', '/api/v1/delta/tables/preview?path=/Volumes/a/b/c&columns=a&columns=%00', 'columns'],
  ])('refuses U+0000 by the name of its place: %s %s', async (method, path, name) => {
    const { status, json: problem } = await api.ask(path, { method, as: 'analyst' });

    expect([status, problem['error_code'], problem['detail']]).toEqual([
      400,
      'INVALID_REQUEST',
      `${name} must not hold the character U+0000`,
    ]);
    expect(fieldsOf(problem)).toEqual([{ path: name, message: 'must not hold the character U+0000' }]);
  });

  it('says which type a body has to have', async () => {
    const ask = (type: string): Promise<Answer> =>
      api.ask(PREFERENCES, { method: 'PUT', as: 'analyst', body: 'a=1', headers: { 'Content-Type': type } });
    const foreign = await ask('application/xml');
    const form = await ask('application/x-www-form-urlencoded');

    expect([foreign.status, form.status]).toEqual([415, 403]);
    expect(foreign.json['detail']).toContain('application/json');
    expect(foreign.json['technical_details']).toMatchObject({ supported_types: ['application/json'] });
    expect(form.json['detail']).toContain('Content-Type: application/json');
  });

  it('says of a key that is no key which one it was', async () => {
    const { json: problem } = await api.ask(PREFERENCES, {
      method: 'PUT',
      as: 'analyst',
      body: '{"__proto__":{}}',
      headers: json(),
    });

    expect(problem['detail']).toContain('__proto__');
  });

  it('says of a name in the path that it is too long', async () => {
    const { status, json: problem } = await api.ask(`${PREFERENCES}/${'x'.repeat(3000)}`, {
      method: 'DELETE',
      as: 'analyst',
    });

    expect([status, problem['detail']]).toEqual([400, 'A name in the path is longer than 512 characters']);
  });

  it.each(['/api/v1/admin/orphaned-records/purge', '/api/v1/admin/credentials/rotate'])(
    'refuses a body where only the URL counts: %s',
    async (path) => {
      const sent = await api.ask(path, { method: 'POST', as: 'admin', json: { dry_run: false } });
      const empty = await api.ask(path, { method: 'POST', as: 'admin', json: {} });

      expect([sent.status, fieldsOf(sent.json)]).toEqual([400, [{ path: 'dry_run', message: 'belongs into the URL' }]]);
      expect(empty.json['error_code']).toBe('LAKEBASE_NOT_CONFIGURED');
    },
  );

  it('hears a client out that is still sending its large body', async () => {
    const token = await api.stack.token('analyst');
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const headers = { ...json(), 'X-Forwarded-Access-Token': token, 'Content-Length': 4 * chunk.length };
    const sending = request(`${api.url}${PREFERENCES}`, { method: 'PUT', headers });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sending.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)));
      sending.once('error', reject);
    });

    sending.write(chunk);
    expect(await answered).toBe(413);
    const sent = new Promise((resolve, reject) => sending.once('finish', resolve).once('error', reject));
    for (let rest = 0; rest < 3; rest++) sending.write(chunk);
    sending.end();

    await expect(sent).resolves.toBeUndefined();
  });

  it('names the methods a route has', async () => {
    const { headers } = await api.ask(PREFERENCES, { method: 'PATCH', json: {}, as: 'analyst' });

    expect(headers.get('allow')).toBe('GET, POST, PUT');
  });

  it('says how large a body may be', async () => {
    const { json: problem } = await api.ask(PREFERENCES, {
      method: 'PUT',
      as: 'analyst',
      json: 'x'.repeat(2 * 1024 * 1024),
    });

    expect(problem['technical_details']).toMatchObject({
      max_size_bytes: 1024 * 1024,
      received: 2 * 1024 * 1024 + 2,
    });
  });

  it('names each broken field', async () => {
    const { status, json: problem } = await api.ask('/api/v1/delta/tables/preview', {
      method: 'POST',
      as: 'analyst',
      json: { source: { kind: 'volume', path: '/Volumes/demo/lake/tables/flights' }, limit: 0, surprise: true },
    });

    expect(status).toBe(400);
    expect(
      fieldsOf(problem)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['limit', 'surprise']);
  });

  it.each([
    '//api/v1/user/me',
    '/%61pi/v1/user/me/',
    '/API/v1/user/me',
    '/api/v1/user/me/',
    '/api/v1/../v1/user/me',
    '/x/%2e%2e/api/v1/user/me',
  ])('finds no way around the guard by %s', async (path) => {
    const { status, body } = await raw(path);

    expect([400, 401, 404]).toContain(status);
    expect(JSON.parse(body)).toHaveProperty('error_code');
  });

  it('refuses a second token instead of choosing one', async () => {
    const token = await api.stack.token('analyst');
    const { status, body } = await raw('/api/v1/user/me', [
      'X-Forwarded-Access-Token',
      token,
      'X-Forwarded-Access-Token',
      token,
    ]);

    expect([status, (JSON.parse(body) as { error_code: string }).error_code]).toEqual([401, 'AUTH_MALFORMED']);
  });

  it('answers headers that are too large as a problem', async () => {
    const { status, body } = await raw('/api/v1/user/me', ['X-Large', 'x'.repeat(100 * 1024)]);

    expect([status, (JSON.parse(body) as { error_code: string }).error_code]).toEqual([431, 'HEADERS_TOO_LARGE']);
  });

  it('answers what is no HTTP as a problem', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname, () => socket.write('this is no request\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"error_code":"INVALID_REQUEST"');
  });

  it('puts one id into the answer, the problem and the log', async () => {
    const { headers, json: problem } = await api.ask('/api/v1/user/me', {
      headers: { 'X-Correlation-ID': 'my-request.1' },
    });

    expect(headers.get('x-correlation-id')).toBe('my-request.1');
    expect(problem['correlation_id']).toBe('my-request.1');
    expect(api.logOf('my-request.1')).toContainEqual(
      expect.objectContaining({ route: '/api/v1/user/me', status: 401 }),
    );
  });

  it.each(['two\nlines', 'x'.repeat(65), '<script>'])('takes no id that could do harm in a log: %j', async (id) => {
    const { headers } = await api.ask('/health', { headers: { 'X-Request-Id': encodeURIComponent(id) } });

    expect(headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('writes no access line for health probes', async () => {
    await api.ask('/health', { headers: { 'X-Correlation-ID': 'probe-1' } });

    expect(api.logOf('probe-1')).toEqual([]);
  });

  /** Node's own client, because fetch tidies paths and headers up. */
  function raw(path: string, headers: string[] = []): Promise<{ status: number; body: string }> {
    const { hostname, port } = new URL(api.url);
    return new Promise((resolve, reject) => {
      const sent = request(
        { hostname, port, path, headers: ['Host', `${hostname}:${port}`, ...headers] },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (body += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }
});

function json(): Record<string, string> {
  return { 'Content-Type': 'application/json' };
}

function fieldsOf(problem: Answer['json']): { path: string; message: string }[] {
  return (problem['technical_details'] as { fields: { path: string; message: string }[] }).fields;
}
